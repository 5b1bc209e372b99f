// Sink that answers `pause` to every n-th element (which it has taken) and `ready` to the others.
// Configuration: {"every": n}, 2 by default. complete() always answers internal("elements=<n> pauses=<m>").
#include "json.h"
#include "text.h"
#include "torvyn.h"

static u64 every, elements, pauses;

static void start(slice config, result_unit *out) {
  every = json_number(config, "every", 2);
  elements = pauses = 0;
  if (!every) FAIL(out, INVALID_INPUT, TEXT("\"every\" is 0"));
}

static void take(element *in, result_signal *out) {
  slice content;
  buffer_read_all(in->payload, &content);
  if (++elements % every == 0) {
    pauses++;
    out->ok = PAUSE;
  }
}

static void end(result_unit *out) {
  static text t;
  t.len = 0;
  text_add(&t, "elements=");
  text_number(&t, elements);
  text_add(&t, " pauses=");
  text_number(&t, pauses);
  FAIL(out, INTERNAL, text_slice(&t));
}

SINK(take, end)
LIFECYCLE(start, no_teardown)
