// Processor that gives an event a number for how bad it is. Configuration: {"alert_threshold": 7}; from there on it is an
// alert.
#include "append.h"
#include "text.h"

static const struct { slice level; u64 severity; } levels[] = {
    {TEXT("debug"), 1}, {TEXT("info"), 3}, {TEXT("warn"), 5}, {TEXT("error"), 9}, {TEXT("critical"), 10},
};
static u64 threshold;

static void start(slice config, result_unit *out) {
  (void)out;
  threshold = json_number(config, "alert_threshold", 7);
}

static void classify(element *in, result_element *out) {
  slice event;
  u64 severity = 0;
  buffer_read_all(in->payload, &event);
  for (u32 i = 0; i < sizeof levels / sizeof *levels; i++)
    if (member_is(event, "level", levels[i].level)) severity = levels[i].severity;
  text t = {.len = 0};
  text_add(&t, "\"severity\":");
  text_number(&t, severity);
  text_bytes(&t, severity >= threshold ? TEXT(",\"alert\":true") : TEXT(",\"alert\":false"));
  emit_with(in, event, text_slice(&t), out);
}

PROCESSOR(classify)
LIFECYCLE(start, no_teardown)
