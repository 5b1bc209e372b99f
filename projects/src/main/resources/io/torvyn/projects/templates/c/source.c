{{example}}
// {{project_name}}: a source. It gives out greetings, one at a time, until there have been a thousand.
{{stub}}
// {{project_name}}: a source.
{{end}}
{{example}}
#include <stdio.h>

{{end}}
#include "component.h"

{{example}}
#define GREETINGS 1000

static unsigned given;
{{end}}

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

// The next element; none ends the stream.
bool exports_torvyn_streaming_source_pull(exports_torvyn_streaming_source_option_output_element_t *ret,
                                          exports_torvyn_streaming_source_process_error_t *err) {
{{example}}
  ret->is_some = given < GREETINGS;
  if (!ret->is_some) return true;
  char text[32];
  int length = snprintf(text, sizeof text, "Hello, Torvyn! (%u)", ++given);
  if (!make_buffer((component_list_u8_t){(uint8_t *)text, length}, &ret->val.payload, err)) return false;
  // The host numbers the elements of a source, and stamps their time.
  ret->val.meta = (torvyn_streaming_types_element_meta_t){0};
  component_string_dup(&ret->val.meta.content_type, "text/plain");
  return true;
{{stub}}
  (void)ret;
  return failed(err, "`pull` is not written yet");
{{end}}
}

// What is downstream of here is full, or can take more again.
void exports_torvyn_streaming_source_notify_backpressure(exports_torvyn_streaming_source_backpressure_signal_t signal) {
  (void)signal;
}
