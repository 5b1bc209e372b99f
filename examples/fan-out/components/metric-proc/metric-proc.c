// Processor that says in each event who has processed it.
#include "append.h"

static void start(slice config, result_unit *out) { (void)config, (void)out; }

static void stamp(element *in, result_element *out) {
  slice event;
  buffer_read_all(in->payload, &event);
  emit_with(in, event, TEXT("\"processed_by\":\"metrics-pipeline\""), out);
}

PROCESSOR(stamp)
LIFECYCLE(start, no_teardown)
