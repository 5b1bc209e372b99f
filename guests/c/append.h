// Appends members to a JSON object.
#pragma once
#include "json.h"

// `members` as they stand between braces, such as `"a":1,"b":2`. False when `object` is none.
static bool append_members(slice object, slice members, slice *result) {
  if (!json_is_object(object)) return false;
  u32 end = object.len;
  while (object.ptr[end - 1] != '}') end--;
  u32 first = json_space(object, json_space(object, 0) + 1);
  bool empty = object.ptr[first] == '}';
  u8 *text = heap_take(end + members.len + 1);
  u32 len = end - 1;
  __builtin_memcpy(text, object.ptr, len);
  if (!empty) text[len++] = ',';
  __builtin_memcpy(text + len, members.ptr, members.len);
  len += members.len;
  text[len++] = '}';
  *result = (slice){text, len};
  return true;
}

// Emits what the element holds with the members appended.
UNUSED static void emit_with(const element *in, slice object, slice members, result_element *out) {
  slice result;
  if (append_members(object, members, &result)) emit(in, result, out);
  else FAIL(out, INVALID_INPUT, TEXT("the payload is not a JSON object"));
}

// Whether the member is that string, written without escapes.
UNUSED static bool member_is(slice object, const char *key, slice wanted) {
  json v;
  if (json_get(object, key, &v) != JSON_FOUND || v.len != wanted.len + 2 || v.ptr[0] != '"') return false;
  for (u32 i = 0; i < wanted.len; i++)
    if (v.ptr[i + 1] != wanted.ptr[i]) return false;
  return true;
}
