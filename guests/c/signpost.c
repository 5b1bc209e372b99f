// Router that reads nothing of an element: the i-th one (from 0, then over again) goes where the i-th part of the
// configuration says. Parts are separated by `;`, the ports in a part by a space: "a;a b;;b a a".
#include "torvyn.h"

enum { MAX_CONFIG = 1024, MAX_PORTS = 64 };
static u8 config[MAX_CONFIG];
static u32 length, at;

static void start(slice text, result_unit *out) {
  if (text.len > MAX_CONFIG) {
    FAIL(out, INVALID_INPUT, TEXT("the configuration is longer than 1024 bytes"));
    return;
  }
  __builtin_memcpy(config, text.ptr, text.len);
  length = text.len;
  at = 0;
}

static void point(element *in, result_ports *out) {
  (void)in;
  static slice ports[MAX_PORTS];
  out->ok.ptr = ports;
  while (at < length && config[at] != ';') {
    u32 begin = at;
    while (at < length && config[at] != ';' && config[at] != ' ') at++;
    if (out->ok.len < MAX_PORTS) ports[out->ok.len++] = (slice){config + begin, at - begin};
    if (at < length && config[at] == ' ') at++;
  }
  at = at < length ? at + 1 : 0;
}

ROUTER(point)
LIFECYCLE(start, no_teardown)
