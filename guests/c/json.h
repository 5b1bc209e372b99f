// Reads one value out of a JSON object: enough for a guest's configuration. Nothing is allocated or changed.
#pragma once
#include "torvyn.h"

// The text of a value as written; its first byte tells the kind: `"` string, digit or `-` number, t, f, n, {, [.
typedef slice json;
enum { JSON_MAX_DEPTH = 32 };
typedef enum { JSON_FOUND, JSON_MISSING, JSON_MALFORMED } json_answer;

static u32 json_space(slice s, u32 i) {
  while (i < s.len && (s.ptr[i] == ' ' || s.ptr[i] == '\t' || s.ptr[i] == '\n' || s.ptr[i] == '\r')) i++;
  return i;
}

static bool json_hex(u8 c) { return (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'f'); }
static bool json_digit(slice s, u32 i) { return i < s.len && s.ptr[i] >= '0' && s.ptr[i] <= '9'; }

// These answer the index after what they skip, 0 if it is malformed.
static u32 json_skip_string(slice s, u32 i) {
  if (i >= s.len || s.ptr[i] != '"') return 0;
  for (i++; i < s.len; i++) {
    u8 c = s.ptr[i];
    if (c == '"') return i + 1;
    if (c < ' ') return 0;
    if (c != '\\') continue;
    if (++i >= s.len) return 0;
    c = s.ptr[i];
    if (c == 'u') {
      if (s.len - i < 5) return 0;
      for (u32 k = 1; k <= 4; k++)
        if (!json_hex(s.ptr[i + k])) return 0;
      i += 4;
    } else if (c != '"' && c != '\\' && c != '/' && c != 'b' && c != 'f' && c != 'n' && c != 'r' && c != 't') {
      return 0;
    }
  }
  return 0;
}

static u32 json_skip_number(slice s, u32 i) {
  if (s.ptr[i] == '-') i++;
  if (!json_digit(s, i)) return 0;
  if (s.ptr[i] == '0') i++;
  else while (json_digit(s, i)) i++;
  if (i < s.len && s.ptr[i] == '.') {
    if (!json_digit(s, ++i)) return 0;
    while (json_digit(s, i)) i++;
  }
  if (i < s.len && (s.ptr[i] | 32) == 'e') {
    i++;
    if (i < s.len && (s.ptr[i] == '+' || s.ptr[i] == '-')) i++;
    if (!json_digit(s, i)) return 0;
    while (json_digit(s, i)) i++;
  }
  return i;
}

static u32 json_skip_word(slice s, u32 i, const char *word) {
  for (; *word; word++, i++)
    if (i >= s.len || s.ptr[i] != (u8)*word) return 0;
  return i;
}

static u32 json_skip_value(slice s, u32 i, u32 depth) {
  if (i >= s.len || depth > JSON_MAX_DEPTH) return 0;
  switch (s.ptr[i]) {
    case '"': return json_skip_string(s, i);
    case 't': return json_skip_word(s, i, "true");
    case 'f': return json_skip_word(s, i, "false");
    case 'n': return json_skip_word(s, i, "null");
    case '{':
    case '[': {
      u8 close = s.ptr[i] == '{' ? '}' : ']';
      i = json_space(s, i + 1);
      if (i < s.len && s.ptr[i] == close) return i + 1;
      for (;;) {
        if (close == '}') {
          i = json_skip_string(s, i);
          if (!i) return 0;
          i = json_space(s, i);
          if (i >= s.len || s.ptr[i] != ':') return 0;
          i = json_space(s, i + 1);
        }
        i = json_skip_value(s, i, depth + 1);
        if (!i) return 0;
        i = json_space(s, i);
        if (i >= s.len) return 0;
        if (s.ptr[i] == close) return i + 1;
        if (s.ptr[i] != ',') return 0;
        i = json_space(s, i + 1);
      }
    }
    default: return json_skip_number(s, i);
  }
}

// True if the text is one JSON object and nothing else.
UNUSED static bool json_is_object(slice s) {
  u32 i = json_space(s, 0);
  if (i >= s.len || s.ptr[i] != '{') return false;
  i = json_skip_value(s, i, 0);
  return i && json_space(s, i) == s.len;
}

static bool json_key_is(slice raw, const char *key) {  // raw with its quotes; keys with escapes are never ours
  u32 i = 1;
  while (*key && i < raw.len - 1 && raw.ptr[i] == (u8)*key) key++, i++;
  return !*key && i == raw.len - 1;
}

// Finds a top-level key. An empty text counts as an empty object.
UNUSED static json_answer json_get(slice s, const char *key, json *value) {
  u32 i = json_space(s, 0);
  if (i == s.len) return JSON_MISSING;
  if (!json_is_object(s)) return JSON_MALFORMED;
  for (i = json_space(s, i + 1); s.ptr[i] != '}';) {
    u32 name = i, after = json_skip_string(s, i);
    u32 start = json_space(s, json_space(s, after) + 1), end = json_skip_value(s, start, 1);
    if (json_key_is((slice){s.ptr + name, after - name}, key)) {
      *value = (json){s.ptr + start, end - start};
      return JSON_FOUND;
    }
    i = json_space(s, end);
    if (s.ptr[i] == ',') i = json_space(s, i + 1);
  }
  return JSON_MISSING;
}

// The whole non-negative number under a key, or `otherwise` if there is none that fits 64 bits.
UNUSED static u64 json_number(slice s, const char *key, u64 otherwise) {
  json v;
  if (json_get(s, key, &v) != JSON_FOUND) return otherwise;
  u64 n = 0;
  for (u32 i = 0; i < v.len; i++) {
    u32 digit = v.ptr[i] - (u32)'0';
    if (digit > 9 || n > (~0ull - digit) / 10) return otherwise;
    n = n * 10 + digit;
  }
  return n;
}

UNUSED static bool json_true(slice s, const char *key) {
  json v;
  return json_get(s, key, &v) == JSON_FOUND && v.ptr[0] == 't';
}

static u32 json_code_unit(const u8 *p) {
  u32 n = 0;
  for (u32 k = 0; k < 4; k++) n = n << 4 | (u32)(p[k] <= '9' ? p[k] - '0' : (p[k] | 32) - 'a' + 10);
  return n;
}

// Decodes a string value as UTF-8 into `out`; false if it is no string, has a lone surrogate or is longer than `capacity`.
UNUSED static bool json_string(json v, u8 *out, u32 capacity, u32 *len) {
  if (!v.len || v.ptr[0] != '"') return false;
  u32 n = 0;
  for (u32 i = 1; i < v.len - 1; i++) {
    u32 c = v.ptr[i];
    if (c == '\\') {
      c = v.ptr[++i];
      switch (c) {
        case 'b': c = '\b'; break;
        case 'f': c = '\f'; break;
        case 'n': c = '\n'; break;
        case 'r': c = '\r'; break;
        case 't': c = '\t'; break;
        case 'u':
          c = json_code_unit(v.ptr + i + 1);
          i += 4;
          if (c >= 0xd800 && c < 0xdc00 && v.len - i > 7 && v.ptr[i + 1] == '\\' && v.ptr[i + 2] == 'u') {
            u32 low = json_code_unit(v.ptr + i + 3);
            if (low < 0xdc00 || low > 0xdfff) return false;
            c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
            i += 6;
          }
          if (c >= 0xd800 && c <= 0xdfff) return false;
          break;
        default: break;
      }
      u8 utf8[4];
      u32 k = 0;
      if (c < 0x80) utf8[k++] = (u8)c;
      else {
        if (c < 0x800) utf8[k++] = (u8)(0xc0 | c >> 6);
        else {
          if (c < 0x10000) utf8[k++] = (u8)(0xe0 | c >> 12);
          else {
            utf8[k++] = (u8)(0xf0 | c >> 18);
            utf8[k++] = (u8)(0x80 | (c >> 12 & 63));
          }
          utf8[k++] = (u8)(0x80 | (c >> 6 & 63));
        }
        utf8[k++] = (u8)(0x80 | (c & 63));
      }
      if (k > capacity - n) return false;
      for (u32 j = 0; j < k; j++) out[n++] = utf8[j];
    } else {
      if (n == capacity) return false;
      out[n++] = (u8)c;
    }
  }
  *len = n;
  return true;
}
