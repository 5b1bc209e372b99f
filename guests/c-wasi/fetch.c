// A program that makes one request and prints what comes of it: `fetch METHOD SCHEME AUTHORITY PATH [BODY]`. Of header fields
// it prints those that begin with `x-`, of a long body its length and what it adds up to.
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "fetch.h"
#include "program.h"

typedef wasi_http_types_error_code_t error_code;

static fetch_string_t text(char *from) { return (fetch_string_t){(uint8_t *)from, strlen(from)}; }

static int failed(const char *where, const error_code *why) {
  printf("%s: error %d\n", where, why->tag);
  return 1;
}

static int broken(const char *where, wasi_io_streams_stream_error_t *e) {
  error_code why;
  if (e->tag == WASI_IO_STREAMS_STREAM_ERROR_CLOSED) return printf("%s: closed\n", where), 1;
  if (wasi_http_types_http_error_code(wasi_io_error_borrow_error(e->val.last_operation_failed), &why)) return failed(where, &why);
  return printf("%s: failed\n", where), 1;
}

static wasi_http_types_method_t method(char *name) {
  static const char *const known[] = {"GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"};
  for (uint8_t i = 0; i < sizeof known / sizeof *known; i++) {
    if (strcmp(known[i], name) == 0) return (wasi_http_types_method_t){.tag = i};
  }
  return (wasi_http_types_method_t){.tag = WASI_HTTP_TYPES_METHOD_OTHER, .val.other = text(name)};
}

static int send_body(wasi_http_types_own_outgoing_body_t body, char *bytes) {
  wasi_http_types_own_output_stream_t out;
  if (!wasi_http_types_method_outgoing_body_write(wasi_http_types_borrow_outgoing_body(body), &out)) abort();
  for (size_t at = 0, size = strlen(bytes); at < size;) {
    size_t length = size - at < 4096 ? size - at : 4096;
    fetch_list_u8_t part = {(uint8_t *)bytes + at, length};
    wasi_io_streams_stream_error_t e;
    if (!wasi_io_streams_method_output_stream_blocking_write_and_flush(wasi_io_streams_borrow_output_stream(out), &part, &e))
      return broken("write", &e);
    at += length;
  }
  wasi_io_streams_output_stream_drop_own(out);
  error_code why;
  return wasi_http_types_static_outgoing_body_finish(body, NULL, &why) ? 0 : failed("finish", &why);
}

static int by_line(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }

static void print_fields(wasi_http_types_own_fields_t headers) {
  wasi_http_types_list_tuple2_field_name_field_value_t all;
  wasi_http_types_method_fields_entries(wasi_http_types_borrow_fields(headers), &all);
  char **lines = calloc(all.len + 1, sizeof *lines);
  size_t count = 0;
  for (size_t i = 0; i < all.len; i++) {
    fetch_string_t name = all.ptr[i].f0;
    wasi_http_types_field_value_t value = all.ptr[i].f1;
    if (name.len < 2 || strncasecmp((char *)name.ptr, "x-", 2) != 0) continue;
    // Hosts may keep the case of names or not.
    for (size_t c = 0; c < name.len; c++) name.ptr[c] = (uint8_t)tolower(name.ptr[c]);
    if (asprintf(&lines[count++], "%.*s: %.*s", (int)name.len, name.ptr, (int)value.len, value.ptr) < 0) abort();
  }
  qsort(lines, count, sizeof *lines, by_line);
  for (size_t i = 0; i < count; i++) puts(lines[i]);
  wasi_http_types_fields_drop_own(headers);
}

static int print_body(wasi_http_types_own_incoming_response_t response) {
  wasi_http_types_own_incoming_body_t body;
  wasi_http_types_own_input_stream_t in;
  if (!wasi_http_types_method_incoming_response_consume(wasi_http_types_borrow_incoming_response(response), &body)) abort();
  if (!wasi_http_types_method_incoming_body_stream(wasi_http_types_borrow_incoming_body(body), &in)) abort();
  static char start[200];
  uint32_t length = 0, sum = 0;
  while (true) {
    fetch_list_u8_t part;
    wasi_io_streams_stream_error_t e;
    if (!wasi_io_streams_method_input_stream_blocking_read(wasi_io_streams_borrow_input_stream(in), 65536, &part, &e)) {
      if (e.tag != WASI_IO_STREAMS_STREAM_ERROR_CLOSED) return broken("read", &e);
      break;
    }
    for (size_t i = 0; i < part.len; i++, length++) {
      if (length < sizeof start) start[length] = (char)part.ptr[i];
      sum = sum * 31 + part.ptr[i];
    }
    fetch_list_u8_free(&part);
  }
  wasi_io_streams_input_stream_drop_own(in);
  if (length <= sizeof start) printf("%.*s\n", (int)length, start);
  else printf("%u bytes %08x\n", length, sum);
  return 0;
}

static int await(wasi_http_types_own_future_incoming_response_t future) {
  wasi_http_types_borrow_future_incoming_response_t it = wasi_http_types_borrow_future_incoming_response(future);
  wasi_http_types_own_pollable_t event = wasi_http_types_method_future_incoming_response_subscribe(it);
  wasi_io_poll_method_pollable_block(wasi_io_poll_borrow_pollable(event));
  wasi_io_poll_pollable_drop_own(event);
  wasi_http_types_result_result_own_incoming_response_error_code_void_t got;
  if (!wasi_http_types_method_future_incoming_response_get(it, &got) || got.is_err) abort();
  if (got.val.ok.is_err) return failed("response", &got.val.ok.val.err);
  wasi_http_types_own_incoming_response_t response = got.val.ok.val.ok;
  wasi_http_types_borrow_incoming_response_t answer = wasi_http_types_borrow_incoming_response(response);
  printf("%d\n", wasi_http_types_method_incoming_response_status(answer));
  print_fields(wasi_http_types_method_incoming_response_headers(answer));
  return print_body(response);
}

static int program(int argc, char **argv) {
  if (argc < 5) return 2;
  wasi_http_types_own_outgoing_request_t request = wasi_http_types_constructor_outgoing_request(wasi_http_types_constructor_fields());
  wasi_http_types_borrow_outgoing_request_t it = wasi_http_types_borrow_outgoing_request(request);
  wasi_http_types_method_t how = method(argv[1]);
  wasi_http_types_scheme_t scheme = {.tag = strcmp(argv[2], "https") == 0 ? WASI_HTTP_TYPES_SCHEME_HTTPS : WASI_HTTP_TYPES_SCHEME_HTTP};
  fetch_string_t authority = text(argv[3]), path = text(argv[4]);
  if (!wasi_http_types_method_outgoing_request_set_method(it, &how)
      || !wasi_http_types_method_outgoing_request_set_scheme(it, &scheme)
      || !wasi_http_types_method_outgoing_request_set_authority(it, &authority)
      || !wasi_http_types_method_outgoing_request_set_path_with_query(it, &path))
    return puts("refused"), 1;
  wasi_http_types_own_outgoing_body_t body;
  if (argc > 5 && !wasi_http_types_method_outgoing_request_body(it, &body)) abort();
  wasi_http_types_own_future_incoming_response_t future;
  error_code why;
  if (!wasi_http_outgoing_handler_handle(request, NULL, &future, &why)) return failed("handle", &why);
  if (argc > 5 && send_body(body, argv[5])) return 1;
  return await(future);
}
