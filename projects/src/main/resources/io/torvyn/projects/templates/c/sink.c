{{example}}
// {{project_name}}: a sink. It prints each payload as a line.
{{stub}}
// {{project_name}}: a sink.
{{end}}
{{example}}
#include <stdio.h>

{{end}}
#include "component.h"

// What was lent for the call is given back before its end.
static void release(torvyn_streaming_types_stream_element_t *element) {
  torvyn_streaming_types_buffer_drop_borrow(element->payload);
  torvyn_streaming_types_flow_context_drop_borrow(element->context);
}

static bool failed(torvyn_streaming_types_process_error_t *err, const char *what) {
  err->tag = TORVYN_STREAMING_TYPES_PROCESS_ERROR_UNAVAILABLE;
  component_string_dup(&err->val.unavailable, what);
  return false;
}

// Called once, before the first element; `config` is what the pipeline says under this node's `config`.
bool exports_torvyn_streaming_lifecycle_init(component_string_t *config,
                                             exports_torvyn_streaming_lifecycle_process_error_t *err) {
  (void)err;
  component_string_free(config);
  return true;
}

void exports_torvyn_streaming_lifecycle_teardown(void) {}

// Takes one element. TORVYN_STREAMING_TYPES_BACKPRESSURE_SIGNAL_PAUSE asks for none until told otherwise.
bool exports_torvyn_streaming_sink_push(exports_torvyn_streaming_sink_stream_element_t *element,
                                        exports_torvyn_streaming_sink_backpressure_signal_t *ret,
                                        exports_torvyn_streaming_sink_process_error_t *err) {
{{example}}
  component_list_u8_t payload;
  torvyn_streaming_types_method_buffer_read_all(element->payload, &payload);
  release(element);
  torvyn_streaming_types_stream_element_free(element);
  bool printed = fwrite(payload.ptr, 1, payload.len, stdout) == payload.len && putchar('\n') != EOF;
  component_list_u8_free(&payload);
  *ret = TORVYN_STREAMING_TYPES_BACKPRESSURE_SIGNAL_READY;
  return printed || failed(err, "the line cannot be printed");
{{stub}}
  (void)ret;
  release(element);
  torvyn_streaming_types_stream_element_free(element);
  return failed(err, "`push` is not written yet");
{{end}}
}

// The stream has ended.
bool exports_torvyn_streaming_sink_complete(exports_torvyn_streaming_sink_process_error_t *err) {
{{example}}
  return fflush(stdout) == 0 || failed(err, "the last lines cannot be printed");
{{stub}}
  (void)err;
  return true;
{{end}}
}
