// Sink that counts what it takes, and pauses now and then: see dice.h. With {"report": 1} its `complete` answers
// internal("elements=<n> tokens=<m> sum=<hex>"): elements, lines in them, and the sum of the lines' tokens, each mixed.
#include "dice.h"
#include "text.h"

static u64 elements, tokens, sum, report;

static void start(slice config, result_unit *out) {
  dice_start(config, out);
  report = json_number(config, "report", 0);
  elements = tokens = sum = 0;
}

static u64 mixed(u32 token) {
  u64 x = (token + 1) * 0x9e3779b97f4a7c15ull;
  return x ^ x >> 29;
}

static void take(element *in, result_signal *out) {
  slice content;
  buffer_read_all(in->payload, &content);
  u32 token = token_of(content);
  if (dice_fails(token, &out->e)) {
    out->err = 1;
    return;
  }
  elements++;
  for (u32 i = 0; i < content.len; i++) {
    tokens++;
    sum += mixed(token_of((slice){content.ptr + i, content.len - i}));
    while (content.ptr[i] != '\n') i++;
  }
  out->ok = throw_of(token, STOP) < pause_share ? PAUSE : READY;
}

static void end(result_unit *out) {
  if (!report) return;
  static text t;
  t.len = 0;
  text_add(&t, "elements=");
  text_number(&t, elements);
  text_add(&t, " tokens=");
  text_number(&t, tokens);
  text_add(&t, " sum=");
  text_hex(&t, sum);
  FAIL(out, INTERNAL, text_slice(&t));
}

SINK(take, end)
LIFECYCLE(start, no_teardown)
