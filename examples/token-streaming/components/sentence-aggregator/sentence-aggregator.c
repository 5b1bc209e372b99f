// Aggregator of tokens: joins them, and emits a sentence with each token that ends in `.`, `!` or `?`. What is left when
// the stream ends is a sentence too.
#include "torvyn.h"

enum { MAX_SENTENCE = 4096 };
static u8 sentence[MAX_SENTENCE];
static u32 len;
static const slice type = TEXT("text/plain; charset=utf-8");

static void start(slice config, result_unit *out) {
  (void)config, (void)out;
  len = 0;
}

static bool is_space(u8 c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

// The sentence without the space around it; the next one begins.
static slice finished(void) {
  slice s = {sentence, len};
  while (s.len && is_space(s.ptr[0])) s.ptr++, s.len--;
  while (s.len && is_space(s.ptr[s.len - 1])) s.len--;
  len = 0;
  return s;
}

static void take(element *in, result_element *out) {
  slice token;
  buffer_read_all(in->payload, &token);
  if (token.len > MAX_SENTENCE - len) {
    FAIL(out, INVALID_INPUT, TEXT("a sentence is at most 4096 bytes long"));
    return;
  }
  __builtin_memcpy(sentence + len, token.ptr, token.len);
  len += token.len;
  u8 last = token.len ? token.ptr[token.len - 1] : 0;
  if (last == '.' || last == '!' || last == '?') some(type, finished(), out);
  else none(out);
}

static void rest(result_elements *out) {
  static output_element element;
  slice s = finished();
  error e;
  if (!s.len) return;
  element = (output_element){.content_type = type};
  if (make_buffer(s, &element.payload, &e)) {
    out->ok.ptr = &element;
    out->ok.len = 1;
  } else {
    out->err = 1;
    out->e = e;
  }
}

AGGREGATOR(take, rest)
LIFECYCLE(start, no_teardown)
