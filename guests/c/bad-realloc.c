// Processor whose cabi_realloc is wrong from the first element on.
// Configuration: {"fault": "out-of-bounds" | "unaligned" | "calls-import" | "unreachable"}. `unaligned` shows where the
// host asks for an alignment, in the list of strings that wasi:cli/environment get-arguments answers.
#define OWN_REALLOC
#include "json.h"
#include "torvyn.h"

IMPORT_FROM("wasi:cli/environment@0.2.6", "get-arguments") void get_arguments(slice *out);

static enum { NONE, FAR, UNALIGNED, CALLS_IMPORT, TRAPS } fault;

__attribute__((export_name("cabi_realloc"))) void *cabi_realloc(void *old, u32 old_size, u32 align, u32 size) {
  switch (fault) {
    case FAR: return (void *)(-align & 0xfffffff8u);
    case UNALIGNED: return align > 1 ? (u8 *)heap_resize(old, old_size, align, size + align) + 1 : heap_resize(old, old_size, align, size);
    case CALLS_IMPORT: {
      result_handle m;
      allocate(size, &m);
      break;
    }
    case TRAPS: __builtin_trap();
    case NONE: break;
  }
  return heap_resize(old, old_size, align, size);
}

static void start(slice config, result_unit *out) {
  json v;
  fault = NONE;
  if (json_get(config, "fault", &v) == JSON_FOUND) {
    if (json_key_is(v, "out-of-bounds")) fault = FAR;
    if (json_key_is(v, "unaligned")) fault = UNALIGNED;
    if (json_key_is(v, "calls-import")) fault = CALLS_IMPORT;
    if (json_key_is(v, "unreachable")) fault = TRAPS;
  }
  if (fault == NONE) FAIL(out, INVALID_INPUT, TEXT("the configuration names no fault that this guest knows"));
}

static void copy(element *in, result_element *out) {
  slice content, arguments;
  get_arguments(&arguments);
  buffer_read_all(in->payload, &content);
  emit(in, content, out);
}

PROCESSOR(copy)
LIFECYCLE(start, no_teardown)
