// Source of `count` tokens from `first` on, each in a payload of `size` bytes that ends with a line feed: see dice.h.
#include "dice.h"

enum { MAX_SIZE = 4096 };
static u8 payload[MAX_SIZE];
static u64 next, end, size;

static void start(slice config, result_unit *out) {
  dice_start(config, out);
  next = json_number(config, "first", 0);
  end = next + json_number(config, "count", 0);
  size = json_number(config, "size", TOKEN + 1);
  if (size <= TOKEN || size > MAX_SIZE) {
    FAIL(out, INVALID_INPUT, TEXT("size is between 9 and 4096"));
    return;
  }
  __builtin_memset(payload, '.', (u32)size);
  payload[size - 1] = '\n';
}

static void give(result_element *out) {
  if (next == end) {
    none(out);
  } else if (dice_fails((u32)next, &out->e)) {
    out->err = 1;
  } else {
    spell((u32)next++, payload);
    some(TEXT("text/plain"), (slice){payload, (u32)size}, out);
  }
}

static void heed(u32 signal) { (void)signal; }

SOURCE(give, heed)
LIFECYCLE(start, no_teardown)
