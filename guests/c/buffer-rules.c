// Processor that holds the host to the rules of buffer, mutable-buffer, buffer-allocator and flow-context. For each
// element it goes through all of them; the first that does not hold is the text of its internal error, otherwise it
// emits a copy. Its element should have at least 4 bytes and the content type "text/plain".
#include "text.h"
#include "torvyn.h"

#define RULE(condition, rule)                    \
  do {                                           \
    if (!(condition)) {                          \
      FAIL(out, INTERNAL, TEXT(rule));           \
      return;                                    \
    }                                            \
  } while (0)

static bool same(slice a, slice b) {
  if (a.len != b.len) return false;
  for (u32 i = 0; i < a.len; i++)
    if (a.ptr[i] != b.ptr[i]) return false;
  return true;
}

static bool hex(slice s, u32 len) {
  if (s.len && s.len != len) return false;
  for (u32 i = 0; i < s.len; i++)
    if (!(s.ptr[i] >= '0' && s.ptr[i] <= '9') && !(s.ptr[i] >= 'a' && s.ptr[i] <= 'f')) return false;
  return true;
}

static slice part(slice s, u32 from, u32 len) { return (slice){s.ptr + from, len}; }

static void reading(handle b, slice all, result_element *out) {
  slice s;
  RULE(all.len >= 4, "this guest wants elements of at least 4 bytes");
  RULE(buffer_size(b) == all.len, "buffer.size is the length of read-all");
  buffer_read(b, 0, all.len, &s);
  RULE(same(s, all), "buffer.read of everything is read-all");
  buffer_read(b, 1, 2, &s);
  RULE(same(s, part(all, 1, 2)), "buffer.read takes from the offset");
  buffer_read(b, all.len - 1, 100, &s);
  RULE(same(s, part(all, all.len - 1, 1)), "buffer.read past the end is short");
  buffer_read(b, all.len, 1, &s);
  RULE(s.len == 0, "buffer.read at the end is empty");
  buffer_read(b, 0, 0, &s);
  RULE(s.len == 0, "buffer.read of nothing is empty");
  buffer_read(b, 0, ~0ull, &s);
  RULE(same(s, all), "buffer.read clamps a length above 32 bits");
  buffer_read(b, ~0ull, ~0ull, &s);
  RULE(s.len == 0, "buffer.read clamps an offset above 32 bits");
  buffer_read(b, 0x100000000ull, 1, &s);
  RULE(s.len == 0, "buffer.read does not cut an offset to 32 bits");
  buffer_content_type(b, &s);
  RULE(same(s, TEXT("text/plain")), "buffer.content-type is what the element has");
}

static void writing(result_element *out) {
  result_handle m;
  result_unit w;
  slice s;
  allocate(100, &m);
  RULE(!m.err, "allocate gives 100 bytes");
  u64 capacity = mutable_capacity(m.ok);
  RULE(capacity >= 100, "capacity is at least the hint");
  RULE(mutable_size(m.ok) == 0, "a new buffer is empty");
  mutable_append(m.ok, (const u8 *)"abc", 3, &w);
  RULE(!w.err && mutable_size(m.ok) == 3, "append grows the content");
  mutable_write(m.ok, 1, (const u8 *)"X", 1, &w);
  RULE(!w.err && mutable_size(m.ok) == 3, "a write inside does not grow the content");
  mutable_write(m.ok, 3, (const u8 *)"de", 2, &w);
  RULE(!w.err && mutable_size(m.ok) == 5, "a write at the end grows the content");
  mutable_write(m.ok, 4, (const u8 *)"EF", 2, &w);
  RULE(!w.err && mutable_size(m.ok) == 6, "a write over the end grows the content");
  mutable_write(m.ok, 7, (const u8 *)"!", 1, &w);
  RULE(w.err && w.e.tag == OUT_OF_BOUNDS, "a write that leaves a gap is out-of-bounds");
  mutable_write(m.ok, ~0ull, (const u8 *)"!", 1, &w);
  RULE(w.err && w.e.tag == OUT_OF_BOUNDS, "a write at the largest offset is out-of-bounds");
  u8 *many = heap_take((u32)capacity);
  mutable_append(m.ok, many, (u32)capacity, &w);
  RULE(w.err && w.e.tag == CAPACITY_EXCEEDED, "an append over the capacity is capacity-exceeded");
  RULE(mutable_size(m.ok) == 6 && mutable_capacity(m.ok) == capacity, "a refused write changes nothing");
  mutable_append(m.ok, many, 0, &w);
  RULE(!w.err && mutable_size(m.ok) == 6, "an append of nothing is well");
  mutable_set_content_type(m.ok, (const u8 *)"text/x", 6);
  handle b = mutable_freeze(m.ok);
  mutable_drop(m.ok);
  RULE(buffer_size(b) == 6, "freeze keeps the size");
  buffer_read_all(b, &s);
  RULE(same(s, TEXT("aXcdEF")), "freeze keeps the bytes");
  buffer_content_type(b, &s);
  RULE(same(s, TEXT("text/x")), "freeze keeps the content type");

  clone_into_mutable(b, &m);
  RULE(!m.err && mutable_size(m.ok) == 6, "clone-into-mutable has the content of its source");
  mutable_write(m.ok, 0, (const u8 *)"Z", 1, &w);
  RULE(!w.err, "a clone can be written to");
  buffer_read_all(b, &s);
  RULE(same(s, TEXT("aXcdEF")), "the source of a clone does not change");
  handle c = mutable_freeze(m.ok);
  buffer_read_all(c, &s);
  RULE(same(s, TEXT("ZXcdEF")), "a clone has its own bytes");
  mutable_drop(m.ok);
  buffer_drop(c);
  buffer_drop(b);

  allocate(0, &m);
  RULE(!m.err, "allocate gives 0 bytes");
  b = mutable_freeze(m.ok);
  mutable_drop(m.ok);
  RULE(buffer_size(b) == 0, "an empty buffer is empty");
  buffer_read_all(b, &s);
  RULE(s.len == 0, "read-all of an empty buffer is empty");
  buffer_content_type(b, &s);
  RULE(s.len == 0, "without content type it is empty");
  buffer_drop(b);
  allocate(64, &m);
  RULE(!m.err, "allocate gives 64 bytes");
  mutable_drop(m.ok);  // never frozen
}

static void asking(handle context, result_element *out) {
  slice s;
  context_trace_id(context, &s);
  RULE(hex(s, 32), "trace-id is empty or 32 lowercase hex digits");
  context_span_id(context, &s);
  RULE(hex(s, 16), "span-id is empty or 16 lowercase hex digits");
  context_flow_id(context, &s);
  RULE(s.len && is_utf8(s), "flow-id is not empty");
  u64 left = context_deadline_ns(context);
  RULE(context_deadline_ns(context) <= left, "deadline-ns does not grow");
}

static void check(element *in, result_element *out) {
  slice all;
  out->err = 0;
  buffer_read_all(in->payload, &all);
  RULE(same(in->content_type, TEXT("text/plain")), "this guest wants elements of content type text/plain");
  reading(in->payload, all, out);
  if (!out->err) writing(out);
  if (!out->err) asking(in->context, out);
  if (!out->err) emit(in, all, out);
}

PROCESSOR(check)
