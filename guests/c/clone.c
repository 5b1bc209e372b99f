// Processor that emits a clone of its input: no byte of the payload enters the guest. World `transform`: no lifecycle.
#include "torvyn.h"

static void clone(element *in, result_element *out) {
  result_handle m;
  clone_into_mutable(in->payload, &m);
  if (m.err) {
    out->err = 1;
    out->e = buffer_failure(m.e);
    return;
  }
  emit_buffer(in, mutable_freeze(m.ok), out);
  mutable_drop(m.ok);
}

PROCESSOR(clone)
