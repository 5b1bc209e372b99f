// Makes one request, in all its parts as the caller wants them, and tells all that comes of it in one text.
#include <stdlib.h>
#include <string.h>
#include "requests.h"

#define TEXT(literal) text((const uint8_t *)(literal), sizeof(literal) - 1)

static uint8_t *told;
static size_t told_len, told_room;

static void text(const uint8_t *ptr, size_t len) {
  if (told_len + len > told_room) {
    told_room = 2 * (told_len + len);
    told = realloc(told, told_room);
    if (!told) abort();
  }
  memcpy(told + told_len, ptr, len);
  told_len += len;
}

static void number(uint32_t n) {
  uint8_t digits[10];
  uint32_t at = sizeof digits;
  do digits[--at] = (uint8_t)('0' + n % 10);
  while (n /= 10);
  text(digits + at, sizeof digits - at);
}

static void answer(requests_string_t *ret) {
  ret->ptr = malloc(told_len);
  if (!ret->ptr) abort();
  memcpy(ret->ptr, told, told_len);
  ret->len = told_len;
  told_len = 0;
}

static bool is(requests_string_t *s, const char *word) {
  size_t i = 0;
  while (i < s->len && word[i] && s->ptr[i] == (uint8_t)word[i]) i++;
  return i == s->len && !word[i];
}

static void fields(wasi_http_types_borrow_fields_t from) {
  wasi_http_types_list_tuple2_field_name_field_value_t all;
  wasi_http_types_method_fields_entries(from, &all);
  for (size_t i = 0; i < all.len; i++) {
    text(all.ptr[i].f0.ptr, all.ptr[i].f0.len);
    TEXT("=");
    text(all.ptr[i].f1.ptr, all.ptr[i].f1.len);
    TEXT(";");
  }
  wasi_http_types_list_tuple2_field_name_field_value_free(&all);
}

static bool make_fields(requests_list_tuple2_string_string_t *from, wasi_http_types_own_fields_t *made) {
  *made = wasi_http_types_constructor_fields();
  for (size_t i = 0; i < from->len; i++) {
    wasi_http_types_field_value_t value = {from->ptr[i].f1.ptr, from->ptr[i].f1.len};
    wasi_http_types_header_error_t why;
    if (!wasi_http_types_method_fields_append(wasi_http_types_borrow_fields(*made), &from->ptr[i].f0, &value, &why)) {
      TEXT("field error ");
      number(why.tag);
      wasi_http_types_fields_drop_own(*made);
      return false;
    }
  }
  return true;
}

static void error(const char *where, uint8_t code) {
  text((const uint8_t *)where, strlen(where));
  TEXT(" error ");
  number(code);
}

static void stream_error(const char *where, wasi_io_streams_stream_error_t *e) {
  wasi_http_types_error_code_t code;
  if (e->tag == WASI_IO_STREAMS_STREAM_ERROR_CLOSED) {
    text((const uint8_t *)where, strlen(where));
    TEXT(" closed");
  } else if (wasi_http_types_http_error_code(wasi_io_error_borrow_error(e->val.last_operation_failed), &code)) {
    error(where, code.tag);
  } else {
    error(where, 255);
  }
}

static bool write_body(wasi_http_types_own_outgoing_body_t body, requests_string_t *bytes) {
  wasi_http_types_own_output_stream_t out;
  if (!wasi_http_types_method_outgoing_body_write(wasi_http_types_borrow_outgoing_body(body), &out)) abort();
  bool whole = true;
  for (size_t at = 0; whole && at < bytes->len;) {
    requests_list_u8_t part = {bytes->ptr + at, bytes->len - at < 4096 ? bytes->len - at : 4096};
    wasi_io_streams_stream_error_t why;
    whole = wasi_io_streams_method_output_stream_blocking_write_and_flush(wasi_io_streams_borrow_output_stream(out),
                                                                          &part, &why);
    if (!whole) stream_error("write", &why);
    at += part.len;
  }
  wasi_io_streams_output_stream_drop_own(out);
  return whole;
}

static void read_body(wasi_http_types_own_incoming_response_t response) {
  wasi_http_types_own_incoming_body_t body;
  wasi_http_types_own_input_stream_t in;
  if (!wasi_http_types_method_incoming_response_consume(wasi_http_types_borrow_incoming_response(response), &body)) abort();
  if (!wasi_http_types_method_incoming_body_stream(wasi_http_types_borrow_incoming_body(body), &in)) abort();
  TEXT("\n");
  while (true) {
    requests_list_u8_t part;
    wasi_io_streams_stream_error_t why;
    if (!wasi_io_streams_method_input_stream_blocking_read(wasi_io_streams_borrow_input_stream(in), 1 << 20, &part, &why)) {
      if (why.tag != WASI_IO_STREAMS_STREAM_ERROR_CLOSED) stream_error("\nread", &why);
      break;
    }
    text(part.ptr, part.len);
    requests_list_u8_free(&part);
  }
  wasi_io_streams_input_stream_drop_own(in);
  wasi_http_types_own_future_trailers_t last = wasi_http_types_static_incoming_body_finish(body);
  wasi_http_types_own_pollable_t event =
      wasi_http_types_method_future_trailers_subscribe(wasi_http_types_borrow_future_trailers(last));
  wasi_io_poll_method_pollable_block(wasi_io_poll_borrow_pollable(event));
  wasi_io_poll_pollable_drop_own(event);
  wasi_http_types_result_result_option_own_trailers_error_code_void_t got;
  if (!wasi_http_types_method_future_trailers_get(wasi_http_types_borrow_future_trailers(last), &got)) abort();
  if (got.is_err) abort();
  if (got.val.ok.is_err) {
    error("\ntrailers", got.val.ok.val.err.tag);
  } else if (got.val.ok.val.ok.is_some) {
    TEXT("\n");
    fields(wasi_http_types_borrow_fields(got.val.ok.val.ok.val));
    wasi_http_types_fields_drop_own(got.val.ok.val.ok.val);
  }
  wasi_http_types_future_trailers_drop_own(last);
}

// The request in flight, and its body if it has one and that is not finished; false when it has been told why not.
static bool begin(requests_request_t *request, wasi_http_types_own_future_incoming_response_t *future,
                  wasi_http_types_own_outgoing_body_t *body) {
  wasi_http_types_own_fields_t headers;
  if (!make_fields(&request->headers, &headers)) return false;
  wasi_http_types_own_outgoing_request_t made = wasi_http_types_constructor_outgoing_request(headers);
  wasi_http_types_borrow_outgoing_request_t it = wasi_http_types_borrow_outgoing_request(made);
  wasi_http_types_method_t method = {.tag = WASI_HTTP_TYPES_METHOD_OTHER, .val.other = request->method};
  if (is(&request->method, "GET")) method.tag = WASI_HTTP_TYPES_METHOD_GET;
  if (is(&request->method, "HEAD")) method.tag = WASI_HTTP_TYPES_METHOD_HEAD;
  if (is(&request->method, "POST")) method.tag = WASI_HTTP_TYPES_METHOD_POST;
  if (is(&request->method, "CONNECT")) method.tag = WASI_HTTP_TYPES_METHOD_CONNECT;
  wasi_http_types_scheme_t scheme = {.tag = WASI_HTTP_TYPES_SCHEME_OTHER, .val.other = request->scheme};
  if (is(&request->scheme, "http")) scheme.tag = WASI_HTTP_TYPES_SCHEME_HTTP;
  if (is(&request->scheme, "https")) scheme.tag = WASI_HTTP_TYPES_SCHEME_HTTPS;
  const char *refused = 0;
  if (!wasi_http_types_method_outgoing_request_set_method(it, &method)) refused = "method refused";
  else if (!wasi_http_types_method_outgoing_request_set_scheme(it, &scheme)) refused = "scheme refused";
  else if (!wasi_http_types_method_outgoing_request_set_authority(it, &request->authority)) refused = "authority refused";
  else if (!wasi_http_types_method_outgoing_request_set_path_with_query(it, &request->path)) refused = "path refused";
  if (refused) {
    text((const uint8_t *)refused, strlen(refused));
    wasi_http_types_outgoing_request_drop_own(made);
    return false;
  }
  if (request->body.is_some && !wasi_http_types_method_outgoing_request_body(it, body)) abort();
  if (request->body.is_some && request->early && !write_body(*body, &request->body.val)) {
    wasi_http_types_outgoing_body_drop_own(*body);
    wasi_http_types_outgoing_request_drop_own(made);
    return false;
  }
  wasi_http_types_own_request_options_t options = wasi_http_types_constructor_request_options();
  if (request->timeout) {
    wasi_http_types_borrow_request_options_t set = wasi_http_types_borrow_request_options(options);
    wasi_http_types_duration_t time = (uint64_t)request->timeout * 1000000;
    wasi_http_types_method_request_options_set_connect_timeout(set, &time);
    wasi_http_types_method_request_options_set_first_byte_timeout(set, &time);
    wasi_http_types_method_request_options_set_between_bytes_timeout(set, &time);
  }
  wasi_http_types_error_code_t why;
  if (!wasi_http_outgoing_handler_handle(made, &options, future, &why)) {
    error("handle", why.tag);
    if (request->body.is_some) wasi_http_types_outgoing_body_drop_own(*body);
    return false;
  }
  return true;
}

static void finish(requests_request_t *request, wasi_http_types_own_future_incoming_response_t future,
                   wasi_http_types_own_outgoing_body_t body) {
  if (request->body.is_some) {
    if (!request->early && !write_body(body, &request->body.val)) {
      wasi_http_types_outgoing_body_drop_own(body);
      return;
    }
    wasi_http_types_own_trailers_t trailers;
    if (request->trailers.len && !make_fields(&request->trailers, &trailers)) {
      wasi_http_types_outgoing_body_drop_own(body);
      return;
    }
    wasi_http_types_error_code_t why;
    if (!wasi_http_types_static_outgoing_body_finish(body, request->trailers.len ? &trailers : 0, &why)) {
      error("finish", why.tag);
      return;
    }
  }
  wasi_http_types_borrow_future_incoming_response_t it = wasi_http_types_borrow_future_incoming_response(future);
  wasi_http_types_own_pollable_t event = wasi_http_types_method_future_incoming_response_subscribe(it);
  wasi_io_poll_method_pollable_block(wasi_io_poll_borrow_pollable(event));
  wasi_io_poll_pollable_drop_own(event);
  wasi_http_types_result_result_own_incoming_response_error_code_void_t got;
  if (!wasi_http_types_method_future_incoming_response_get(it, &got) || got.is_err) abort();
  if (got.val.ok.is_err) {
    error("response", got.val.ok.val.err.tag);
    return;
  }
  wasi_http_types_own_incoming_response_t response = got.val.ok.val.ok;
  number(wasi_http_types_method_incoming_response_status(wasi_http_types_borrow_incoming_response(response)));
  TEXT("\n");
  wasi_http_types_own_fields_t headers =
      wasi_http_types_method_incoming_response_headers(wasi_http_types_borrow_incoming_response(response));
  fields(wasi_http_types_borrow_fields(headers));
  wasi_http_types_fields_drop_own(headers);
  read_body(response);
  wasi_http_types_incoming_response_drop_own(response);
}

void exports_requests_send(requests_request_t *request, requests_string_t *ret) {
  wasi_http_types_own_future_incoming_response_t future;
  wasi_http_types_own_outgoing_body_t body = {0};
  if (begin(request, &future, &body)) {
    finish(request, future, body);
    wasi_http_types_future_incoming_response_drop_own(future);
  }
  answer(ret);
}

uint32_t exports_requests_flood(requests_request_t *request, uint32_t count) {
  for (uint32_t i = 0; i < count; i++) {
    wasi_http_types_own_future_incoming_response_t future;
    wasi_http_types_own_outgoing_body_t body = {0};
    if (!begin(request, &future, &body)) return i;
  }
  return count;
}
