// Processor that emits a copy of each payload. World `transform`: no lifecycle.
#include "torvyn.h"

static void copy(element *in, result_element *out) {
  slice content;
  buffer_read_all(in->payload, &content);
  emit(in, content, out);
}

PROCESSOR(copy)
