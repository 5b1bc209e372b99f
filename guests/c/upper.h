// ASCII upper case in place; other bytes stay as they are.
#pragma once
#include "torvyn.h"

static inline void to_upper(slice s) {
  u32 i = 0;
  for (; i + 8 <= s.len; i += 8) {  // eight bytes at a time: bit 7 of each byte of `lower` marks a letter a to z
    u64 w;
    __builtin_memcpy(&w, s.ptr + i, 8);
    u64 low = w & 0x7f7f7f7f7f7f7f7full;
    u64 lower = ((low + 0x1f1f1f1f1f1f1f1full) ^ (low + 0x0505050505050505ull)) & ~w & 0x8080808080808080ull;
    w ^= lower >> 2;
    __builtin_memcpy(s.ptr + i, &w, 8);
  }
  for (; i < s.len; i++)
    if (s.ptr[i] >= 'a' && s.ptr[i] <= 'z') s.ptr[i] -= 32;
}
