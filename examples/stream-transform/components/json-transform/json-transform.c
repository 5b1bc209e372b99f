// Processor of JSON objects: renames the top-level key `user` to `username` and appends `processed_at`.
#include "json.h"
#include "torvyn.h"

#define NEW_KEY "\"username\""
#define STAMP "\"processed_at\":\"2025-01-15T10:30:00Z\"}"

static void start(slice config, result_unit *out) { (void)config, (void)out; }

static u8 *put(u8 *at, const u8 *ptr, u32 len) {
  __builtin_memcpy(at, ptr, len);
  return at + len;
}

static void transform(element *in, result_element *out) {
  slice s;
  buffer_read_all(in->payload, &s);
  if (!json_is_object(s)) {
    FAIL(out, INVALID_INPUT, TEXT("the payload is not a JSON object"));
    return;
  }
  u32 keys = 1;
  for (u32 k = 0; k < s.len; k++) keys += s.ptr[k] == ',';
  u8 *text = heap_take(s.len + keys * (sizeof NEW_KEY - 1) + sizeof STAMP), *at = text;
  u32 done = 0, i = json_space(s, json_space(s, 0) + 1);
  bool empty = s.ptr[i] == '}';
  while (s.ptr[i] != '}') {
    u32 key = i, after = json_skip_string(s, i);
    if (json_key_is((slice){s.ptr + key, after - key}, "user")) {
      at = put(at, s.ptr + done, key - done);
      at = put(at, (const u8 *)NEW_KEY, sizeof NEW_KEY - 1);
      done = after;
    }
    i = json_space(s, json_skip_value(s, json_space(s, json_space(s, after) + 1), 1));
    if (s.ptr[i] == ',') i = json_space(s, i + 1);
  }
  at = put(at, s.ptr + done, i - done);
  if (!empty) *at++ = ',';
  at = put(at, (const u8 *)STAMP, sizeof STAMP - 1);
  emit(in, (slice){text, (u32)(at - text)}, out);
}

PROCESSOR(transform)
LIFECYCLE(start, no_teardown)
