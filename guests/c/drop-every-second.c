// Processor that emits copies of the first, third, fifth element and so on, and drops the others unread.
#include "torvyn.h"

static u64 calls;

static void halve(element *in, result_element *out) {
  if (calls++ % 2) {
    drop(out);
    return;
  }
  slice content;
  buffer_read_all(in->payload, &content);
  emit(in, content, out);
}

PROCESSOR(halve)
