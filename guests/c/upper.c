// Processor that emits each payload in ASCII upper case. World `transform`: no lifecycle.
#include "upper.h"
#include "torvyn.h"

static void upper(element *in, result_element *out) {
  slice content;
  buffer_read_all(in->payload, &content);
  to_upper(content);
  emit(in, content, out);
}

PROCESSOR(upper)
