// Sink that reads every payload and folds it into a checksum:
//   sum = rotl(sum, 1) + length + (all little-endian 64-bit words of the payload, the last one filled up with zeros)
// Configured with {"report": 1}, complete() answers internal("<count> <sum in 16 hex digits>").
#include "json.h"
#include "text.h"
#include "torvyn.h"

static u64 count, sum;
static bool report;

static void start(slice config, result_unit *out) {
  (void)out;
  report = json_number(config, "report", 0);
  count = sum = 0;
}

static void take(element *in, result_signal *out) {
  (void)out;
  slice content;
  buffer_read_all(in->payload, &content);
  u64 words = content.len, word;
  u32 i = 0;
  for (; i + 8 <= content.len; i += 8) {
    __builtin_memcpy(&word, content.ptr + i, 8);
    words += word;
  }
  for (u32 shift = 0; i < content.len; i++, shift += 8) words += (u64)content.ptr[i] << shift;
  sum = (sum << 1 | sum >> 63) + words;
  count++;
}

static void end(result_unit *out) {
  static text t;
  if (!report) return;
  t.len = 0;
  text_number(&t, count);
  text_add(&t, " ");
  text_hex(&t, sum);
  FAIL(out, INTERNAL, text_slice(&t));
}

SINK(take, end)
LIFECYCLE(start, no_teardown)
