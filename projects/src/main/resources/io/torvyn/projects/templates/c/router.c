{{example}}
// {{project_name}}: a router. It sends everything to the port `default`.
{{stub}}
// {{project_name}}: a router.
{{end}}
{{example}}
#include <stdlib.h>

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

// The ports that the element goes to; none drops it.
bool exports_torvyn_filtering_router_route(exports_torvyn_filtering_router_stream_element_t *element,
                                           component_list_string_t *ret,
                                           exports_torvyn_filtering_router_process_error_t *err) {
  release(element);
  torvyn_streaming_types_stream_element_free(element);
{{example}}
  (void)err;
  ret->len = 1;
  ret->ptr = malloc(sizeof *ret->ptr);
  if (ret->ptr == NULL) abort();
  component_string_dup(&ret->ptr[0], "default");
  return true;
{{stub}}
  (void)ret;
  return failed(err, "`route` is not written yet");
{{end}}
}
