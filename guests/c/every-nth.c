// Filter that lets every n-th element pass, by its sequence number, without a look at the payload. Configuration:
// {"n": 2, "fail_at": s}; at the element with sequence number s it answers invalid-input, "trap_at" makes it trap.
#include "json.h"
#include "torvyn.h"

static u64 n, fail_at, trap_at;

static void start(slice config, result_unit *out) {
  n = json_number(config, "n", 2);
  fail_at = json_number(config, "fail_at", ~0ull);
  trap_at = json_number(config, "trap_at", ~0ull);
  if (!n) FAIL(out, INVALID_INPUT, TEXT("n is at least 1"));
}

static void evaluate_one(element *in, result_bool *out) {
  if (in->sequence == trap_at) __builtin_trap();
  if (in->sequence == fail_at) FAIL(out, INVALID_INPUT, TEXT("this one I cannot judge"));
  else out->ok = in->sequence % n == 0;
}

FILTER(evaluate_one)
LIFECYCLE(start, no_teardown)
