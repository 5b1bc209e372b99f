// Processor that reverses the words of each text, with the glue that wit-bindgen generates. It answers invalid-input when
// there is a NUL byte in the payload, so that the generated post-return functions free a text too.
// Configuration: the separator, one byte; a space if it is empty. Anything longer is invalid-input.
#include <stdlib.h>
#include <string.h>
#include "managed_transform.h"

static uint8_t separator = ' ';

bool exports_torvyn_streaming_lifecycle_init(managed_transform_string_t *config,
                                             exports_torvyn_streaming_lifecycle_process_error_t *err) {
  bool known = config->len <= 1;
  if (config->len == 1) separator = config->ptr[0];
  managed_transform_string_free(config);
  if (known) return true;
  err->tag = TORVYN_STREAMING_TYPES_PROCESS_ERROR_INVALID_INPUT;
  managed_transform_string_dup(&err->val.invalid_input, "the configuration is not one byte");
  return false;
}

void exports_torvyn_streaming_lifecycle_teardown(void) {}

static void reverse_words(managed_transform_list_u8_t text, uint8_t *out) {
  size_t end = text.len, at = 0;
  while (true) {
    size_t start = end;
    while (start > 0 && text.ptr[start - 1] != separator) start--;
    memcpy(out + at, text.ptr + start, end - start);
    at += end - start;
    if (start == 0) return;
    out[at++] = separator;
    end = start - 1;
  }
}

static bool make_buffer(managed_transform_list_u8_t bytes, torvyn_streaming_types_own_buffer_t *frozen,
                        torvyn_streaming_types_process_error_t *err) {
  torvyn_streaming_buffer_allocator_own_mutable_buffer_t mutable;
  torvyn_streaming_types_buffer_error_t failure;
  if (!torvyn_streaming_buffer_allocator_allocate(bytes.len, &mutable, &failure)) {
    err->tag = TORVYN_STREAMING_TYPES_PROCESS_ERROR_UNAVAILABLE;
    if (failure.tag == TORVYN_STREAMING_TYPES_BUFFER_ERROR_ALLOCATION_FAILED) {
      err->val.unavailable = failure.val.allocation_failed;
    } else {
      managed_transform_string_dup(&err->val.unavailable, "no buffer");
    }
    return false;
  }
  torvyn_streaming_types_borrow_mutable_buffer_t borrowed = torvyn_streaming_types_borrow_mutable_buffer(mutable);
  bool written = torvyn_streaming_types_method_mutable_buffer_append(borrowed, &bytes, &failure);
  if (written) {
    *frozen = torvyn_streaming_types_method_mutable_buffer_freeze(borrowed);
  } else {
    torvyn_streaming_types_buffer_error_free(&failure);
    err->tag = TORVYN_STREAMING_TYPES_PROCESS_ERROR_INTERNAL;
    managed_transform_string_dup(&err->val.internal, "the write was refused");
  }
  torvyn_streaming_types_mutable_buffer_drop_own(mutable);
  return written;
}

bool exports_torvyn_streaming_processor_process(exports_torvyn_streaming_processor_stream_element_t *input,
                                                exports_torvyn_streaming_processor_process_result_t *ret,
                                                exports_torvyn_streaming_processor_process_error_t *err) {
  managed_transform_list_u8_t text;
  torvyn_streaming_types_method_buffer_read_all(input->payload, &text);
  torvyn_streaming_types_buffer_drop_borrow(input->payload);
  torvyn_streaming_types_flow_context_drop_borrow(input->context);

  bool done = false;
  if (memchr(text.ptr, 0, text.len)) {
    err->tag = TORVYN_STREAMING_TYPES_PROCESS_ERROR_INVALID_INPUT;
    managed_transform_string_dup(&err->val.invalid_input, "there is a NUL byte in the text");
  } else {
    managed_transform_list_u8_t reversed = {malloc(text.len), text.len};
    if (!reversed.ptr) abort();
    reverse_words(text, reversed.ptr);
    ret->tag = TORVYN_STREAMING_TYPES_PROCESS_RESULT_EMIT;
    ret->val.emit.meta = input->meta;  // its content type is freed after the return, with the result
    done = make_buffer(reversed, &ret->val.emit.payload, err);
    free(reversed.ptr);
  }
  if (!done) torvyn_streaming_types_stream_element_free(input);
  managed_transform_list_u8_free(&text);
  return done;
}
