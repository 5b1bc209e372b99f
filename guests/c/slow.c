// Processor that counts to `spin_iterations` before it emits a copy. Configuration: {"spin_iterations": n}, 10000 by default.
#include "json.h"
#include "torvyn.h"

static u64 iterations = 10000;

static void start(slice config, result_unit *out) {
  (void)out;
  iterations = json_number(config, "spin_iterations", 10000);
}

static void copy(element *in, result_element *out) {
  for (volatile u64 i = 0; i < iterations; i++) {}
  slice content;
  buffer_read_all(in->payload, &content);
  emit(in, content, out);
}

PROCESSOR(copy)
LIFECYCLE(start, no_teardown)
