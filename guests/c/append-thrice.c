// Processor that emits a copy of each payload, appended in three pieces: one read and three writes per element.
// Configured with {"report_at": n}, the n-th call reads its element and then, instead of emitting, answers
// internal("elements=<n> read=<bytes> wrote=<bytes>"): what the host's ledger has to say as well.
#include "json.h"
#include "text.h"
#include "torvyn.h"

static u64 report_at, elements, bytes_read, bytes_written;

static void start(slice config, result_unit *out) {
  (void)out;
  report_at = json_number(config, "report_at", 0);
  elements = bytes_read = bytes_written = 0;
}

static void report(result_element *out) {
  static text t;
  t.len = 0;
  text_add(&t, "elements=");
  text_number(&t, elements);
  text_add(&t, " read=");
  text_number(&t, bytes_read);
  text_add(&t, " wrote=");
  text_number(&t, bytes_written);
  FAIL(out, INTERNAL, text_slice(&t));
}

static void copy(element *in, result_element *out) {
  slice content;
  buffer_read_all(in->payload, &content);
  elements++;
  bytes_read += content.len;
  if (elements == report_at) {
    report(out);
    return;
  }
  result_handle m;
  allocate(content.len, &m);
  if (m.err) {
    out->err = 1;
    out->e = buffer_failure(m.e);
    return;
  }
  u32 third = content.len / 3, from[] = {0, third, 2 * third, content.len};
  for (u32 i = 0; i < 3; i++) {
    result_unit w;
    mutable_append(m.ok, content.ptr + from[i], from[i + 1] - from[i], &w);
    if (w.err) {
      mutable_drop(m.ok);
      out->err = 1;
      out->e = buffer_failure(w.e);
      return;
    }
    bytes_written += from[i + 1] - from[i];
  }
  emit_buffer(in, mutable_freeze(m.ok), out);
  mutable_drop(m.ok);
}

PROCESSOR(copy)
LIFECYCLE(start, no_teardown)
