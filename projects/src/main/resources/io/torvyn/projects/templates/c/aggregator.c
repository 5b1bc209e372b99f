{{example}}
// {{project_name}}: an aggregator. It hands on a copy of every tenth element, and keeps the others back.
{{stub}}
// {{project_name}}: an aggregator.
{{end}}
#include "component.h"

{{example}}
#define EVERY 10

static unsigned long taken;
{{end}}

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

// Takes one element; gives one out when there is something to say.
bool exports_torvyn_aggregation_aggregator_ingest(exports_torvyn_aggregation_aggregator_stream_element_t *element,
                                                  exports_torvyn_aggregation_aggregator_option_output_element_t *ret,
                                                  exports_torvyn_aggregation_aggregator_process_error_t *err) {
{{example}}
  ret->is_some = ++taken % EVERY == 0;
  bool done = true;
  if (ret->is_some) {
    torvyn_streaming_buffer_allocator_own_mutable_buffer_t copy;
    torvyn_streaming_types_buffer_error_t refused;
    done = torvyn_streaming_buffer_allocator_clone_into_mutable(element->payload, &copy, &refused);
    if (done) {
      ret->val.meta = element->meta;
      ret->val.payload =
          torvyn_streaming_types_method_mutable_buffer_freeze(torvyn_streaming_types_borrow_mutable_buffer(copy));
      torvyn_streaming_types_mutable_buffer_drop_own(copy);
    } else {
      torvyn_streaming_types_buffer_error_free(&refused);
      failed(err, "no buffer");
    }
  }
  release(element);
  if (!ret->is_some || !done) torvyn_streaming_types_stream_element_free(element);
  return done;
{{stub}}
  (void)ret;
  release(element);
  torvyn_streaming_types_stream_element_free(element);
  return failed(err, "`ingest` is not written yet");
{{end}}
}

// The stream has ended: what is left to say.
bool exports_torvyn_aggregation_aggregator_flush(exports_torvyn_aggregation_aggregator_list_output_element_t *ret,
                                                 exports_torvyn_aggregation_aggregator_process_error_t *err) {
  (void)err;
  ret->ptr = NULL;
  ret->len = 0;
  return true;
}
