// Source of five events.
#include "torvyn.h"

#define EVENT(ip, level, message) TEXT("{\"ip\":\"" ip "\",\"level\":\"" level "\",\"message\":\"" message "\"}")

static const slice events[] = {
    EVENT("192.0.2.10", "info", "user login successful"),
    EVENT("198.51.100.42", "warn", "high memory usage detected"),
    EVENT("203.0.113.5", "error", "disk full on /data"),
    EVENT("192.0.2.10", "info", "config reload completed"),
    EVENT("198.51.100.1", "critical", "auth service down"),
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
