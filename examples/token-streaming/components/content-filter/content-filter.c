// Filter of blocked words: a token that is one of them, whatever its case and the space around it, does not pass.
// Configuration: the words, separated by commas; `blocked_word` when there are none.
#include "stdout.h"
#include "text.h"
#include "torvyn.h"

enum { MAX_CONFIG = 1024 };
static u8 words[MAX_CONFIG];
static u32 words_len;
static u64 filtered;

static bool is_space(u8 c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
static u8 lower(u8 c) { return c >= 'A' && c <= 'Z' ? c | 32 : c; }

static slice trimmed(slice s) {
  while (s.len && is_space(s.ptr[0])) s.ptr++, s.len--;
  while (s.len && is_space(s.ptr[s.len - 1])) s.len--;
  return s;
}

static bool equal(slice a, slice b) {
  if (a.len != b.len) return false;
  for (u32 i = 0; i < a.len; i++)
    if (lower(a.ptr[i]) != lower(b.ptr[i])) return false;
  return true;
}

static void start(slice config, result_unit *out) {
  slice chosen = trimmed(config).len ? config : TEXT("blocked_word");
  if (chosen.len > MAX_CONFIG) {
    FAIL(out, INVALID_INPUT, TEXT("the list of blocked words is longer than 1024 bytes"));
    return;
  }
  __builtin_memcpy(words, chosen.ptr, chosen.len);
  words_len = chosen.len;
  filtered = 0;
}

static void judge(element *in, result_bool *out) {
  slice token;
  buffer_read_all(in->payload, &token);
  token = trimmed(token);
  for (u32 begin = 0; begin < words_len;) {
    u32 end = begin;
    while (end < words_len && words[end] != ',') end++;
    slice word = trimmed((slice){words + begin, end - begin});
    if (word.len && equal(token, word)) {
      out->ok = false;
      filtered++;
      return;
    }
    begin = end + 1;
  }
}

static void stop(void) {
  if (!filtered) return;
  text t = {.len = 0};
  text_add(&t, "[content-filter] Filtered ");
  text_number(&t, filtered);
  text_add(&t, " token(s) during this flow.\n");
  print(text_slice(&t));
}

FILTER(judge)
LIFECYCLE(start, stop)
