// Processor that copies its input piece by piece, with buffer.read and mutable-buffer.write at an offset.
// Configuration: {"piece": bytes}, 16 by default.
#include "json.h"
#include "torvyn.h"

static u64 piece = 16;

static void start(slice config, result_unit *out) {
  piece = json_number(config, "piece", 16);
  if (!piece) FAIL(out, INVALID_INPUT, TEXT("\"piece\" is 0"));
}

static void copy(element *in, result_element *out) {
  u64 size = buffer_size(in->payload);
  result_handle m;
  allocate(size, &m);
  if (m.err) {
    out->err = 1;
    out->e = buffer_failure(m.e);
    return;
  }
  u32 mark = heap_mark();
  for (u64 at = 0; at < size; at += piece) {
    slice bytes;
    result_unit w;
    heap_top = mark;
    buffer_read(in->payload, at, piece, &bytes);
    mutable_write(m.ok, at, bytes.ptr, bytes.len, &w);
    if (w.err) {
      mutable_drop(m.ok);
      out->err = 1;
      out->e = buffer_failure(w.e);
      return;
    }
  }
  emit_buffer(in, mutable_freeze(m.ok), out);
  mutable_drop(m.ok);
}

PROCESSOR(copy)
LIFECYCLE(start, no_teardown)
