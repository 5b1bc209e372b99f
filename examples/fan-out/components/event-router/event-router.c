// Router of events by their `type`: `metric` to the port metrics, `log` to the port logs, anything else to both.
#include "append.h"

static void start(slice config, result_unit *out) { (void)config, (void)out; }

static void choose(element *in, result_ports *out) {
  static slice ports[] = {TEXT("metrics"), TEXT("logs")};
  slice event;
  buffer_read_all(in->payload, &event);
  bool metric = member_is(event, "type", TEXT("metric")), log = member_is(event, "type", TEXT("log"));
  out->ok.ptr = log ? ports + 1 : ports;
  out->ok.len = metric || log ? 1 : 2;
}

ROUTER(choose)
LIFECYCLE(start, no_teardown)
