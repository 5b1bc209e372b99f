// Filter that reads the payload and lets it pass if the configuration, any text, stands in it.
#include "torvyn.h"

enum { MAX_WANTED = 64 };
static u8 wanted[MAX_WANTED];
static u32 len;

static void start(slice config, result_unit *out) {
  if (config.len > MAX_WANTED) {
    FAIL(out, INVALID_INPUT, TEXT("the text is longer than 64 bytes"));
    return;
  }
  for (len = 0; len < config.len; len++) wanted[len] = config.ptr[len];
}

static bool stands_at(const u8 *at) {
  for (u32 i = 0; i < len; i++) {
    if (at[i] != wanted[i]) return false;
  }
  return true;
}

static void evaluate_one(element *in, result_bool *out) {
  slice content;
  buffer_read_all(in->payload, &content);
  out->ok = false;
  for (u32 i = 0; i + len <= content.len && !out->ok; i++) out->ok = stands_at(content.ptr + i);
}

FILTER(evaluate_one)
LIFECYCLE(start, no_teardown)
