{{example}}
// {{project_name}}: a filter. It lets everything pass.
{{stub}}
// {{project_name}}: a filter.
{{end}}
#include "component.h"

// What was lent for the call is given back before its end.
static void release(torvyn_streaming_types_stream_element_t *element) {
  torvyn_streaming_types_buffer_drop_borrow(element->payload);
  torvyn_streaming_types_flow_context_drop_borrow(element->context);
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

// Whether the element goes on. What is not read of its payload is not copied.
bool exports_torvyn_filtering_filter_evaluate(exports_torvyn_filtering_filter_stream_element_t *element, bool *ret,
                                              exports_torvyn_filtering_filter_process_error_t *err) {
  release(element);
  torvyn_streaming_types_stream_element_free(element);
{{example}}
  (void)err;
  *ret = true;
  return true;
{{stub}}
  (void)ret;
  return failed(err, "`evaluate` is not written yet");
{{end}}
}
