{{example}}
// {{project_name}}: a processor. It hands on each payload as it is.
{{stub}}
// {{project_name}}: a processor.
{{end}}
#include "component.h"

// What was lent for the call is given back before its end.
static void release(torvyn_streaming_types_stream_element_t *element) {
  torvyn_streaming_types_buffer_drop_borrow(element->payload);
  torvyn_streaming_types_flow_context_drop_borrow(element->context);
}

{{example}}
static bool failed(torvyn_streaming_types_process_error_t *err, const char *what) {
  err->tag = TORVYN_STREAMING_TYPES_PROCESS_ERROR_UNAVAILABLE;
  component_string_dup(&err->val.unavailable, what);
  return false;
}

static bool make_buffer(component_list_u8_t bytes, torvyn_streaming_types_own_buffer_t *frozen,
                        torvyn_streaming_types_process_error_t *err) {
  torvyn_streaming_buffer_allocator_own_mutable_buffer_t buffer;
  torvyn_streaming_types_buffer_error_t refused;
  if (!torvyn_streaming_buffer_allocator_allocate(bytes.len, &buffer, &refused)) {
    torvyn_streaming_types_buffer_error_free(&refused);
    return failed(err, "no buffer");
  }
  torvyn_streaming_types_borrow_mutable_buffer_t open = torvyn_streaming_types_borrow_mutable_buffer(buffer);
  bool written = torvyn_streaming_types_method_mutable_buffer_append(open, &bytes, &refused);
  if (written) {
    *frozen = torvyn_streaming_types_method_mutable_buffer_freeze(open);
  } else {
    torvyn_streaming_types_buffer_error_free(&refused);
    failed(err, "the buffer takes no more");
  }
  torvyn_streaming_types_mutable_buffer_drop_own(buffer);
  return written;
}
{{stub}}
static bool failed(torvyn_streaming_types_process_error_t *err, const char *what) {
  err->tag = TORVYN_STREAMING_TYPES_PROCESS_ERROR_FATAL;
  component_string_dup(&err->val.fatal, what);
  return false;
}

{{end}}

// Called once, before the first element; `config` is what the pipeline says under this node's `config`.
bool exports_torvyn_streaming_lifecycle_init(component_string_t *config,
                                             exports_torvyn_streaming_lifecycle_process_error_t *err) {
  (void)err;
  component_string_free(config);
  return true;
}

void exports_torvyn_streaming_lifecycle_teardown(void) {}

// One element in; one out, or TORVYN_STREAMING_TYPES_PROCESS_RESULT_DROP.
bool exports_torvyn_streaming_processor_process(exports_torvyn_streaming_processor_stream_element_t *input,
                                                exports_torvyn_streaming_processor_process_result_t *ret,
                                                exports_torvyn_streaming_processor_process_error_t *err) {
{{example}}
  component_list_u8_t payload;
  torvyn_streaming_types_method_buffer_read_all(input->payload, &payload);
  release(input);
  // This is where your code goes: make of `payload` what should go on.
  ret->tag = TORVYN_STREAMING_TYPES_PROCESS_RESULT_EMIT;
  ret->val.emit.meta = input->meta;
  bool made = make_buffer(payload, &ret->val.emit.payload, err);
  if (!made) torvyn_streaming_types_stream_element_free(input);
  component_list_u8_free(&payload);
  return made;
{{stub}}
  (void)ret;
  release(input);
  torvyn_streaming_types_stream_element_free(input);
  return failed(err, "`process` is not written yet");
{{end}}
}
