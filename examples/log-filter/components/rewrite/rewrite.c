// Processor that rewrites lines: replaces a text by another, puts ASCII letters into upper case, or both in this order.
// Bytes that need not change pass unchanged, and so does the terminator of a line (\n or \r\n), which is never matched.
//
// Configuration: {"from": "a", "to": "b", "upper": true}; `from` needs `to`, and one of `from` and `upper` must be there.
// Long lines are read and written in pieces: 16 MiB fit into little memory.
#include "json.h"
#include "torvyn.h"
#include "upper.h"

enum { PIECE = 64 << 10, MAX_TEXT = 1024 };
static u8 from_bytes[MAX_TEXT], to_bytes[MAX_TEXT];
static slice from, to;
static bool upper;

static bool text(slice config, const char *key, slice *value, bool *given, result_unit *out) {
  json v;
  *given = json_get(config, key, &v) == JSON_FOUND;
  if (*given && !json_string(v, value->ptr, MAX_TEXT, &value->len)) {
    FAIL(out, INVALID_INPUT, TEXT("\"from\" and \"to\" are texts of at most 1024 bytes"));
    return false;
  }
  return true;
}

static void start(slice config, result_unit *out) {
  from = (slice){from_bytes, 0};
  to = (slice){to_bytes, 0};
  json v;
  if (json_get(config, "upper", &v) == JSON_MALFORMED) {
    FAIL(out, INVALID_INPUT, TEXT("the configuration is not a JSON object"));
    return;
  }
  upper = json_true(config, "upper");
  bool has_from, has_to;
  if (!text(config, "from", &from, &has_from, out) || !text(config, "to", &to, &has_to, out)) return;
  if (has_from != has_to) FAIL(out, INVALID_INPUT, TEXT("\"from\" and \"to\" are given together"));
  else if (has_from && !from.len) FAIL(out, INVALID_INPUT, TEXT("\"from\" is empty"));
  else if (!has_from && !upper) FAIL(out, INVALID_INPUT, TEXT("the configuration has neither \"from\" nor \"upper\": true"));
  else if (upper) to_upper(to);
}

// Where the rewritten bytes go. Without a buffer they are only counted, to know how large it must be.
typedef struct { handle buffer; u8 *chunk; u32 used; u64 total; error e; bool failed; } writer;

static void flush(writer *w) {
  result_unit r;
  if (!w->used) return;
  mutable_append(w->buffer, w->chunk, w->used, &r);
  w->used = 0;
  if (r.err) {
    w->e = buffer_failure(r.e);
    w->failed = true;
  }
}

static void put(writer *w, slice s) {
  w->total += s.len;
  if (!w->buffer) return;
  while (s.len && !w->failed) {
    u32 room = PIECE - w->used, n = s.len < room ? s.len : room;
    __builtin_memcpy(w->chunk + w->used, s.ptr, n);
    w->used += n;
    s.ptr += n;
    s.len -= n;
    if (w->used == PIECE) flush(w);
  }
}

// Rewrites what stands complete in `s`, all of it if it is the last; answers how many bytes that were.
static u32 rewrite_part(slice s, bool last, writer *w) {
  u32 done = 0, i = 0;
  while (from.len && s.len - i >= from.len) {
    u32 k = 0;
    while (k < from.len && s.ptr[i + k] == from.ptr[k]) k++;
    if (k < from.len) {
      i++;
      continue;
    }
    slice before = {s.ptr + done, i - done};
    if (upper && w->buffer) to_upper(before);
    put(w, before);
    put(w, to);
    done = i += from.len;
  }
  if (last || !from.len) i = s.len;
  slice rest = {s.ptr + done, i - done};
  if (upper && w->buffer) to_upper(rest);
  put(w, rest);
  return i;
}

static u32 terminator(slice tail) {
  if (!tail.len || tail.ptr[tail.len - 1] != '\n') return 0;
  return tail.len > 1 && tail.ptr[tail.len - 2] == '\r' ? 2 : 1;
}

// Goes once through a line that is too long to be held. Each window starts with what the last one left over.
static void go_through(handle line, u64 size, slice end, writer *w) {
  u32 kept = 0, mark = heap_mark();
  u8 *window = heap_take(MAX_TEXT + PIECE);
  u32 inner = heap_mark();
  slice piece;
  for (u64 at = 0; at < size && !w->failed; at += piece.len) {
    heap_top = inner;
    buffer_read(line, at, size - at < PIECE ? size - at : PIECE, &piece);
    __builtin_memcpy(window + kept, piece.ptr, piece.len);
    u32 len = kept + piece.len, done = rewrite_part((slice){window, len}, at + piece.len == size, w);
    kept = len - done;
    __builtin_memmove(window, window + done, kept);
  }
  put(w, end);
  heap_top = mark;
}

static void rewrite(element *in, result_element *out) {
  u64 size = buffer_size(in->payload);
  bool small = size <= PIECE;
  u8 end_bytes[2];
  slice content, end;
  if (small) buffer_read_all(in->payload, &content);
  else buffer_read(in->payload, size - 2, 2, &content);
  end.len = terminator(content);
  end.ptr = end_bytes;
  __builtin_memcpy(end.ptr, content.ptr + content.len - end.len, end.len);

  if (small && !from.len) {  // nothing moves: as it lies there
    to_upper(content);
    emit(in, content, out);
    return;
  }
  writer count = {.total = 0};
  if (!from.len) count.total = size;
  else if (small) rewrite_part((slice){content.ptr, content.len - end.len}, true, &count), put(&count, end);
  else go_through(in->payload, size - end.len, end, &count);

  result_handle m;
  allocate(count.total, &m);
  if (m.err) {
    out->err = 1;
    out->e = buffer_failure(m.e);
    return;
  }
  writer w = {.buffer = m.ok, .chunk = heap_take(PIECE)};
  if (small) rewrite_part((slice){content.ptr, content.len - end.len}, true, &w), put(&w, end);
  else go_through(in->payload, size - end.len, end, &w);
  flush(&w);
  if (w.failed) {
    out->err = 1;
    out->e = w.e;
  } else {
    emit_buffer(in, mutable_freeze(m.ok), out);
  }
  mutable_drop(m.ok);
}

PROCESSOR(rewrite)
LIFECYCLE(start, no_teardown)
