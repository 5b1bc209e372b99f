// Source of `element-<i>`, i from 0, as many as the configuration says (a number; 1000 when it is none). It does not wait
// to be stopped: asked while it has been told to pause, it answers that it has nothing now.
#include "text.h"
#include "torvyn.h"

static u64 count, made;
static bool paused;

static void start(slice config, result_unit *out) {
  (void)out;
  count = made = 0;
  paused = false;
  for (u32 i = 0; i < config.len && config.ptr[i] >= '0' && config.ptr[i] <= '9' && count < 1000000000; i++)
    count = count * 10 + (config.ptr[i] - '0');
  if (!count) count = 1000;
}

static void notify(u32 signal) { paused = signal == PAUSE; }

static void next(result_element *out) {
  if (paused || made == count) {
    none(out);
    return;
  }
  static text t;
  t.len = 0;
  text_add(&t, "element-");
  text_number(&t, made++);
  some(TEXT("text/plain"), text_slice(&t), out);
}

SOURCE(next, notify)
LIFECYCLE(start, no_teardown)
