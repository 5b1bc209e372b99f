// Processor that emits "trace-id span-id", as its flow context has them. World `transform`: no lifecycle.
#include "text.h"
#include "torvyn.h"

static text place;

static void tell(element *in, result_element *out) {
  slice s;
  place.len = 0;
  context_trace_id(in->context, &s);
  text_bytes(&place, s);
  text_add(&place, " ");
  context_span_id(in->context, &s);
  text_bytes(&place, s);
  emit(in, text_slice(&place), out);
}

PROCESSOR(tell)
