// Text put together in a fixed buffer, and a check for UTF-8.
#pragma once
#include "torvyn.h"

enum { TEXT_CAPACITY = 1024 };
typedef struct { u8 bytes[TEXT_CAPACITY]; u32 len; } text;

UNUSED static void text_bytes(text *t, slice s) {  // what does not fit is cut off
  u32 n = s.len < TEXT_CAPACITY - t->len ? s.len : TEXT_CAPACITY - t->len;
  __builtin_memcpy(t->bytes + t->len, s.ptr, n);
  t->len += n;
}

#define text_add(t, literal) text_bytes(t, TEXT(literal))

UNUSED static void text_number(text *t, u64 n) {
  u8 digits[20];
  u32 at = sizeof digits;
  do digits[--at] = (u8)('0' + n % 10);
  while (n /= 10);
  text_bytes(t, (slice){digits + at, sizeof digits - at});
}

UNUSED static void text_hex(text *t, u64 n) {
  u8 digits[16];
  for (u32 i = 0; i < 16; i++) digits[i] = (u8)"0123456789abcdef"[n >> (60 - 4 * i) & 15];
  text_bytes(t, (slice){digits, sizeof digits});
}

UNUSED static slice text_slice(text *t) { return (slice){t->bytes, t->len}; }

UNUSED static bool is_utf8(slice s) {
  for (u32 i = 0; i < s.len;) {
    u8 c = s.ptr[i++];
    if (c < 0x80) continue;
    if (c < 0xc2 || c > 0xf4) return false;
    u32 more = c < 0xe0 ? 1 : c < 0xf0 ? 2 : 3;
    if (s.len - i < more) return false;
    u8 low = c == 0xe0 ? 0xa0 : c == 0xf0 ? 0x90 : 0x80, high = c == 0xed ? 0x9f : c == 0xf4 ? 0x8f : 0xbf;
    if (s.ptr[i] < low || s.ptr[i] > high) return false;
    for (u32 k = 1; k < more; k++)
      if (s.ptr[i + k] < 0x80 || s.ptr[i + k] > 0xbf) return false;
    i += more;
  }
  return true;
}
