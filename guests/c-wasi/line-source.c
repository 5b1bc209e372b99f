// Source of the lines of a file, by the C library: each an element of text/plain, without its end.
// Configuration: the path of the file, as the component finds it. What cannot be opened or read is unavailable, in the words
// of the library.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "data_source.h"

static FILE *file;
static char *path;
static char *line;
static size_t capacity;

static bool unavailable(torvyn_streaming_types_process_error_t *err) {
  char *text;
  int length = asprintf(&text, "%s: %s", path, strerror(errno));
  if (length < 0) abort();
  err->tag = TORVYN_STREAMING_TYPES_PROCESS_ERROR_UNAVAILABLE;
  err->val.unavailable = (data_source_string_t){(uint8_t *)text, length};
  return false;
}

bool exports_torvyn_streaming_lifecycle_init(data_source_string_t *config,
                                             exports_torvyn_streaming_lifecycle_process_error_t *err) {
  path = strndup((char *)config->ptr, config->len);
  data_source_string_free(config);
  file = fopen(path, "r");
  return file != NULL || unavailable(err);
}

void exports_torvyn_streaming_lifecycle_teardown(void) {
  if (file != NULL) fclose(file);
  free(path);
  free(line);
}

static bool emit(size_t length, exports_torvyn_streaming_source_option_output_element_t *ret,
                 exports_torvyn_streaming_source_process_error_t *err) {
  torvyn_streaming_buffer_allocator_own_mutable_buffer_t mutable;
  torvyn_streaming_types_buffer_error_t failure;
  bool allocated = torvyn_streaming_buffer_allocator_allocate(length, &mutable, &failure);
  data_source_list_u8_t bytes = {(uint8_t *)line, length};
  if (!allocated
      || !torvyn_streaming_types_method_mutable_buffer_append(torvyn_streaming_types_borrow_mutable_buffer(mutable), &bytes, &failure)) {
    torvyn_streaming_types_buffer_error_free(&failure);
    if (allocated) torvyn_streaming_types_mutable_buffer_drop_own(mutable);
    err->tag = TORVYN_STREAMING_TYPES_PROCESS_ERROR_UNAVAILABLE;
    data_source_string_dup(&err->val.unavailable, "no buffer");
    return false;
  }
  ret->is_some = true;
  ret->val.meta = (torvyn_streaming_types_element_meta_t){0};
  data_source_string_dup(&ret->val.meta.content_type, "text/plain");
  ret->val.payload = torvyn_streaming_types_method_mutable_buffer_freeze(torvyn_streaming_types_borrow_mutable_buffer(mutable));
  torvyn_streaming_types_mutable_buffer_drop_own(mutable);
  return true;
}

bool exports_torvyn_streaming_source_pull(exports_torvyn_streaming_source_option_output_element_t *ret,
                                          exports_torvyn_streaming_source_process_error_t *err) {
  ssize_t length = getline(&line, &capacity, file);
  if (length >= 0) return emit(length - (length > 0 && line[length - 1] == '\n'), ret, err);
  ret->is_some = false;
  return feof(file) || unavailable(err);
}

void exports_torvyn_streaming_source_notify_backpressure(exports_torvyn_streaming_source_backpressure_signal_t signal) {
  (void)signal;
}
