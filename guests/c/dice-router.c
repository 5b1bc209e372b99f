// Router to the ports p0, p1 and so on, of which it has `ports` (1 to 4): to each with a chance of one in two: see dice.h.
#include "dice.h"

enum { MAX_PORTS = 4 };
static u64 count;

static void start(slice config, result_unit *out) {
  dice_start(config, out);
  count = json_number(config, "ports", 1);
  if (!count || count > MAX_PORTS) FAIL(out, INVALID_INPUT, TEXT("ports is between 1 and 4"));
}

static void point(element *in, result_ports *out) {
  static slice ports[MAX_PORTS];
  static const char names[] = "p0p1p2p3";
  slice content;
  buffer_read_all(in->payload, &content);
  u32 token = token_of(content);
  if (dice_fails(token, &out->e)) {
    out->err = 1;
    return;
  }
  out->ok.ptr = ports;
  u32 chosen = throw_of(token, ROUTE);
  for (u32 port = 0; port < count; port++)
    if (chosen >> port & 1) ports[out->ok.len++] = (slice){(u8 *)names + 2 * port, 2};
}

ROUTER(point)
LIFECYCLE(start, no_teardown)
