// Source of three JSON objects.
#include "torvyn.h"

static const slice events[] = {
    TEXT("{\"user\":\"alice\",\"action\":\"login\"}"),
    TEXT("{\"user\":\"bob\",\"action\":\"purchase\"}"),
    TEXT("{\"user\":\"carol\",\"action\":\"logout\"}"),
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
