// Sink that counts what it reads and sees to it that sequence numbers rise. complete() always answers
// internal("elements=<n> read=<bytes> first=<sequence> last=<sequence>").
#include "text.h"
#include "torvyn.h"

static u64 elements, bytes_read, first, last;

static void start(slice config, result_unit *out) {
  (void)config, (void)out;
  elements = bytes_read = first = last = 0;
}

static void take(element *in, result_signal *out) {
  if (elements && in->sequence <= last) {
    FAIL(out, FATAL, TEXT("sequence numbers do not rise"));
    return;
  }
  if (!elements) first = in->sequence;
  last = in->sequence;
  elements++;
  slice content;
  buffer_read_all(in->payload, &content);
  bytes_read += content.len;
}

static void end(result_unit *out) {
  static text t;
  t.len = 0;
  text_add(&t, "elements=");
  text_number(&t, elements);
  text_add(&t, " read=");
  text_number(&t, bytes_read);
  text_add(&t, " first=");
  text_number(&t, first);
  text_add(&t, " last=");
  text_number(&t, last);
  FAIL(out, INTERNAL, text_slice(&t));
}

SINK(take, end)
LIFECYCLE(start, no_teardown)
