// Source of `count` elements (default 1000) `element <i> pauses=<p> readies=<r>`, with i from 0 and the signals received
// so far. A signal that repeats the last one, or a pull between pause and ready, makes the next pull answer a fatal error.
#include "json.h"
#include "text.h"
#include "torvyn.h"

static u64 count, made, pauses, readies;
static bool paused, repeated;

static void start(slice config, result_unit *out) {
  (void)out;
  count = json_number(config, "count", 1000);
  made = pauses = readies = 0;
  paused = repeated = false;
}

static void notify(u32 signal) {
  if ((signal == PAUSE) == paused) repeated = true;
  paused = signal == PAUSE;
  if (paused) pauses++;
  else readies++;
}

static void next(result_element *out) {
  if (repeated) {
    FAIL(out, FATAL, TEXT("a signal came twice in a row"));
  } else if (paused) {
    FAIL(out, FATAL, TEXT("pulled while paused"));
  } else if (made == count) {
    none(out);
  } else {
    static text t;
    t.len = 0;
    text_add(&t, "element ");
    text_number(&t, made++);
    text_add(&t, " pauses=");
    text_number(&t, pauses);
    text_add(&t, " readies=");
    text_number(&t, readies);
    some(TEXT("text/plain"), text_slice(&t), out);
  }
}

SOURCE(next, notify)
LIFECYCLE(start, no_teardown)
