// Source that waits in wasi:io/poll before each element, for the first of two timers; the other one is an hour.
// Configuration: {"count": n, "millis": m}; endless without count, an hour without millis.
#include "json.h"
#include "stdout.h"
#include "torvyn.h"

WASI("clocks/monotonic-clock", "subscribe-duration") handle subscribe_duration(u64 nanoseconds);
WASI("io/poll", "poll") void poll(const handle *ptr, u32 len, slice *out);
WASI("io/poll", "[resource-drop]pollable") void pollable_drop(handle self);

static const u64 HOUR = 3600ull * 1000;
static u64 emitted, count, millis;

static void start(slice config, result_unit *out) {
  (void)out;
  count = json_number(config, "count", ~0ull);
  millis = json_number(config, "millis", HOUR);
  emitted = 0;
}

static void next(result_element *out) {
  if (emitted == count) {
    none(out);
    return;
  }
  handle timers[2] = {subscribe_duration(HOUR * 1000000), subscribe_duration(millis * 1000000)};
  slice ready;
  poll(timers, 2, &ready);
  if (ready.len == 0 || ((u32 *)ready.ptr)[ready.len - 1] != 1) __builtin_trap();
  for (u32 i = 0; i < 2; i++) pollable_drop(timers[i]);
  emitted++;
  some((slice){0, 0}, TEXT("waited"), out);
}

SOURCE(next, ignore_signal)
LIFECYCLE(start, no_teardown)
