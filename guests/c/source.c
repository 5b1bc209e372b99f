// Source of `count` elements of `size` letters: the first 8 spell the number of the element, the rest is fixed.
// Configuration: {"count": n, "size": s}; endless without count, 64 bytes without size, at most 1 MiB.
#include "json.h"
#include "torvyn.h"

enum { MAX_SIZE = 1 << 20 };
static u8 pattern[MAX_SIZE];
static u64 sequence, count;
static u32 size;

static void start(slice config, result_unit *out) {
  (void)out;
  count = json_number(config, "count", ~0ull);
  u64 wanted = json_number(config, "size", 64);
  size = wanted < MAX_SIZE ? (u32)wanted : MAX_SIZE;
  for (u32 i = 0; i < size; i++) pattern[i] = (u8)('a' + (i * 7 + (i >> 8)) % 26);
  sequence = 0;
}

static void next(result_element *out) {
  if (sequence >= count) {
    none(out);
    return;
  }
  for (u32 k = 0; k < 8 && k < size; k++) pattern[k] = (u8)('a' + ((sequence >> (4 * k)) & 15));
  sequence++;
  some((slice){0, 0}, (slice){pattern, size}, out);
}

SOURCE(next, ignore_signal)
LIFECYCLE(start, no_teardown)
