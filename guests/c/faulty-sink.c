// Sink that reads its elements until it does what its configuration names: see faults.h. "in": "complete" is one more
// place here, and a signal out of range one more fault.
#define NO_ALLOCATOR
#include "faults.h"

static result_signal result;
static bool in_complete;

static void *bad_signal(element *in) {
  (void)in;
  result.ok = 2;
  return &result;
}

static const named_fault faults[] = {COMMON_FAULTS ELEMENT_FAULT("bad-signal", bad_signal)};

static void start(slice config, result_unit *out) {
  json v;
  in_complete = json_get(config, "in", &v) == JSON_FOUND && json_key_is(v, "complete");
  out->err = faults_start(config, faults, sizeof faults / sizeof *faults, &out->e);
}

static void take(element *in, result_signal *out) {
  slice content;
  buffer_read_all(in->payload, &content);
  if (in_complete || !fault_due()) return;
  if (chosen->on_element) {
    chosen->on_element(in);
    *out = result;
    return;
  }
  error e;
  if (chosen->run(&e)) FAIL(out, e.tag, e.text);
}

static void end(result_unit *out) {
  if (in_complete && chosen->run) out->err = chosen->run(&out->e);
}

SINK(take, end)
LIFECYCLE(start, faults_end)
