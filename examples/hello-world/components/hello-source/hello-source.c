// Source of `Hello, World! (message n)`, n from 1 to count. Configuration: {"count": n}, 5 if it cannot be read.
#include "json.h"
#include "text.h"
#include "torvyn.h"

static u64 made, count;

static void start(slice config, result_unit *out) {
  (void)out;
  count = json_number(config, "count", 5);
  made = 0;
}

static void next(result_element *out) {
  if (made == count) {
    none(out);
    return;
  }
  static text t;
  t.len = 0;
  text_add(&t, "Hello, World! (message ");
  text_number(&t, ++made);
  text_add(&t, ")");
  some(TEXT("text/plain"), text_slice(&t), out);
}

SOURCE(next, ignore_signal)
LIFECYCLE(start, no_teardown)
