// Processor that emits copies and insists on its post-return functions, as guests with a garbage collector do: a call
// traps unless post-return was called, once and with the right address, after the call before.
#include "torvyn.h"

static void *pending;

static NOINLINE void missing_post_return(void) { __builtin_trap(); }
static NOINLINE void wrong_post_return(void) { __builtin_trap(); }

static void begin(void) {
  if (pending) missing_post_return();
}

static void post_return(void *result) {
  if (!pending || pending != result) wrong_post_return();
  pending = 0;
}

EXPORT("lifecycle", "init") void *init(u8 *config, u32 len) {
  static result_unit out;
  begin();
  (void)config, (void)len;
  heap_rewind();
  return pending = &out;
}

EXPORT("lifecycle", "teardown") void teardown(void) { begin(); }

EXPORT("processor", "process") void *process(ELEMENT_PARAMETERS) {
  static result_element out;
  begin();
  element in = ELEMENT;
  slice content;
  buffer_read_all(payload, &content);
  emit(&in, content, &out);
  buffer_drop(payload);
  context_drop(context);
  heap_rewind();
  return pending = &out;
}

__attribute__((export_name("cabi_post_torvyn:streaming/processor@0.1.0#process"))) void post_process(void *result) {
  post_return(result);
}
__attribute__((export_name("cabi_post_torvyn:streaming/lifecycle@0.1.0#init"))) void post_init(void *result) {
  post_return(result);
}
