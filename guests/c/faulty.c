// Processor that emits copies until it does what its configuration names: see faults.h, and below what only a
// processor can do. Its answers are lifted from raw memory, so that they can be wrong in every way.
#include "faults.h"

static result_element result;

// Borrows: the wrapper drops what is left in the element, so a handle put to 0 is kept.
static void *keep_borrow(element *in) {
  emit(in, TEXT("kept"), &result);
  in->payload = 0;
  return &result;
}
static void *keep_context(element *in) {
  emit(in, TEXT("kept"), &result);
  in->context = 0;
  return &result;
}
static void *double_drop(element *in) {
  buffer_drop(in->payload);
  buffer_drop(in->payload);
  return &result;
}
static void *use_after_drop(element *in) {
  buffer_drop(in->payload);
  buffer_size(in->payload);
  return &result;
}
static void *forged_handle(element *in) {
  (void)in;
  buffer_size(4711);
  return &result;
}
static void *zero_handle(element *in) {
  (void)in;
  buffer_size(0);
  return &result;
}
static void *wrong_kind(element *in) {
  buffer_size(in->context);
  return &result;
}
static void *drop_wrong_kind(element *in) {
  context_drop(in->payload);
  return &result;
}
static void *spin_calling(element *in) {
  for (;;) buffer_size(in->payload);
}

// Payloads that the guest does not own.
static void *emit_borrow(element *in) {
  emit_buffer(in, in->payload, &result);
  in->payload = 0;
  return &result;
}
static void *emit_forged(element *in) {
  emit_buffer(in, 4711, &result);
  return &result;
}
static void *emit_mutable(element *in) {
  emit_buffer(in, taken(), &result);
  return &result;
}
static void *emit_dropped(element *in) {
  emit(in, TEXT("dropped"), &result);
  buffer_drop(result.element.payload);
  return &result;
}

// Answers that break the canonical ABI.
static void *bad_result_pointer(element *in) {
  (void)in;
  return (void *)0xfffffff0u;
}
static void *unaligned_result(element *in) {
  emit(in, TEXT("unaligned"), &result);
  return (u8 *)&result + 4;
}
static void *bad_discriminant(element *in) {
  (void)in;
  result.err = 2;
  return &result;
}
static void *bad_case(element *in) {
  (void)in;
  result.err = 0;
  result.tag = 2;
  return &result;
}
static void *bad_content_type(element *in) {
  emit(in, TEXT("content"), &result);
  result.element.content_type = TEXT("text/\xc3");
  return &result;
}
static void *bad_content_type_pointer(element *in) {
  emit(in, TEXT("content"), &result);
  result.element.content_type = (slice){(u8 *)0xfffffff0u, 8};
  return &result;
}

static const named_fault faults[] = {
    COMMON_FAULTS
    ELEMENT_FAULT("keep-borrow", keep_borrow),
    ELEMENT_FAULT("keep-context", keep_context),
    ELEMENT_FAULT("double-drop", double_drop),
    ELEMENT_FAULT("use-after-drop", use_after_drop),
    ELEMENT_FAULT("forged-handle", forged_handle),
    ELEMENT_FAULT("zero-handle", zero_handle),
    ELEMENT_FAULT("wrong-kind", wrong_kind),
    ELEMENT_FAULT("drop-wrong-kind", drop_wrong_kind),
    ELEMENT_FAULT("spin-calling", spin_calling),
    ELEMENT_FAULT("emit-borrow", emit_borrow),
    ELEMENT_FAULT("emit-forged", emit_forged),
    ELEMENT_FAULT("emit-mutable", emit_mutable),
    ELEMENT_FAULT("emit-dropped", emit_dropped),
    ELEMENT_FAULT("bad-result-pointer", bad_result_pointer),
    ELEMENT_FAULT("unaligned-result", unaligned_result),
    ELEMENT_FAULT("bad-discriminant", bad_discriminant),
    ELEMENT_FAULT("bad-case", bad_case),
    ELEMENT_FAULT("bad-content-type", bad_content_type),
    ELEMENT_FAULT("bad-content-type-pointer", bad_content_type_pointer),
};

static void start(slice config, result_unit *out) {
  out->err = faults_start(config, faults, sizeof faults / sizeof *faults, &out->e);
}

EXPORT("processor", "process") void *process(ELEMENT_PARAMETERS) {
  element in = ELEMENT;
  void *answer = &result;
  result.err = 0;
  bool due = fault_due();
  if (due && chosen->on_element) {
    answer = chosen->on_element(&in);
  } else if (due && chosen->run(&result.e)) {
    result.err = 1;
  } else {
    slice content;
    buffer_read_all(in.payload, &content);
    emit(&in, content, &result);
  }
  if (in.payload) buffer_drop(in.payload);
  if (in.context) context_drop(in.context);
  heap_rewind();
  return answer;
}
LIFECYCLE(start, faults_end)
