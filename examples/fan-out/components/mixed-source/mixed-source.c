// Source of two metrics and two log lines.
#include "torvyn.h"

static const slice events[] = {
    TEXT("{\"type\":\"metric\",\"name\":\"cpu_usage\",\"value\":72.5}"),
    TEXT("{\"type\":\"log\",\"level\":\"info\",\"message\":\"user login successful\"}"),
    TEXT("{\"type\":\"metric\",\"name\":\"mem_used\",\"value\":4096}"),
    TEXT("{\"type\":\"log\",\"level\":\"warn\",\"message\":\"disk usage above 80%\"}"),
};
static u32 made;

static void start(slice config, result_unit *out) {
  (void)config, (void)out;
  made = 0;
}

static void next(result_element *out) {
  if (made == sizeof events / sizeof *events) none(out);
  else some(TEXT("application/json"), events[made++], out);
}

SOURCE(next, ignore_signal)
LIFECYCLE(start, no_teardown)
