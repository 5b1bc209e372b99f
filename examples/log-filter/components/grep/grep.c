// Processor that keeps the lines in which a pattern occurs and drops the others. Bytes pass unchanged; the pattern
// works on bytes and does not see the terminator of the line (\n or \r\n).
//
// Configuration: {"pattern": "ERROR", "invert": false, "ignore_case": false}
// Pattern: ^ at its start and $ at its end tie it to the line's, . is any byte, [a-z_] and [^0-9] are classes, * repeats
// what stands before it, \ takes the next byte as it is. At most 255 bytes, classes and dots.
//
// All ways through the pattern are followed at once, one bit for each, so that no line takes more than time in
// proportion to its length. Long lines are read in pieces: 16 MiB fit into little memory.
#include "json.h"
#include "torvyn.h"

enum { WORDS = 4, MAX_ATOMS = 64 * WORDS - 1, PIECE = 64 << 10, MAX_PATTERN = 1024 };
typedef struct { u64 bits[WORDS]; } set;

static set takes[256];  // takes[c] has bit i if atom i takes byte c
static set starred;     // bit i if atom i may repeat or be left out
static u32 atoms, words;
static bool at_start, at_end, invert;
static slice literal;  // the pattern, if it is nothing but bytes to be found

static void add(set *s, u32 i) { s->bits[i / 64] |= 1ull << (i % 64); }
static bool has(const set *s, u32 i) { return s->bits[i / 64] >> (i % 64) & 1; }

static void add_atom(u8 c, bool fold) {
  add(&takes[c], atoms);
  if (fold && (c | 32) >= 'a' && (c | 32) <= 'z') add(&takes[c ^ 32], atoms);
}

// Reads the class whose `[` stands at i; answers the index after its `]`, 0 if there is none.
static u32 read_class(slice p, u32 i, bool fold) {
  bool negated = ++i < p.len && p.ptr[i] == '^';
  if (negated) i++;
  bool in[256] = {false};
  for (u32 first = i; i < p.len && (p.ptr[i] != ']' || i == first); i++) {
    if (p.ptr[i] == '\\' && i + 1 < p.len) i++;
    u32 from = p.ptr[i], to = from;
    if (i + 2 < p.len && p.ptr[i + 1] == '-' && p.ptr[i + 2] != ']') {
      i += 2;
      if (p.ptr[i] == '\\' && i + 1 < p.len) i++;
      to = p.ptr[i];
    }
    for (u32 c = from; c <= to; c++) {
      in[c] = true;
      if (fold && (c | 32) >= 'a' && (c | 32) <= 'z') in[c ^ 32] = true;
    }
  }
  if (i >= p.len) return 0;
  for (u32 c = 0; c < 256; c++)
    if (in[c] != negated) add(&takes[c], atoms);
  return i + 1;
}

static void compile(slice p, bool fold, result_unit *out) {
  __builtin_memset(takes, 0, sizeof takes);
  __builtin_memset(&starred, 0, sizeof starred);
  atoms = 0;
  u32 i = 0, end = p.len;
  at_start = end && p.ptr[0] == '^';
  if (at_start) i++;
  u32 escapes = 0;
  while (end - escapes > i + 1 && p.ptr[end - 2 - escapes] == '\\') escapes++;
  at_end = end > i && p.ptr[end - 1] == '$' && escapes % 2 == 0;
  if (at_end) end--;
  p.len = end;
  bool plain = !at_start && !at_end && !fold;
  while (i < end) {
    if (atoms == MAX_ATOMS) {
      FAIL(out, INVALID_INPUT, TEXT("pattern: longer than 255 bytes, classes and dots"));
      return;
    }
    u8 c = p.ptr[i];
    if (c == '*' && atoms) {
      add(&starred, atoms - 1);
      plain = false;
      i++;
      continue;
    }
    if (c == '[') {
      i = read_class(p, i, fold);
      if (!i) {
        FAIL(out, INVALID_INPUT, TEXT("pattern: a [ has no ]"));
        return;
      }
      plain = false;
    } else if (c == '.') {
      for (u32 k = 0; k < 256; k++) add(&takes[k], atoms);
      plain = false;
      i++;
    } else {
      if (c == '\\') {
        if (++i == end) {
          FAIL(out, INVALID_INPUT, TEXT("pattern: nothing follows the last \\"));
          return;
        }
        c = p.ptr[i];
        plain = false;  // the bytes to find would have to be collected without the escapes
      }
      add_atom(c, fold);
      i++;
    }
    atoms++;
  }
  words = atoms / 64 + 1;
  literal = plain ? p : (slice){0, 0};
}

static void start(slice config, result_unit *out) {
  static u8 pattern[MAX_PATTERN];
  json v;
  u32 len;
  switch (json_get(config, "pattern", &v)) {
    case JSON_MALFORMED: FAIL(out, INVALID_INPUT, TEXT("the configuration is not a JSON object")); return;
    case JSON_MISSING: FAIL(out, INVALID_INPUT, TEXT("the configuration has no \"pattern\"")); return;
    case JSON_FOUND: break;
  }
  if (!json_string(v, pattern, sizeof pattern, &len)) {
    FAIL(out, INVALID_INPUT, TEXT("\"pattern\" is not a text of at most 1024 bytes"));
    return;
  }
  invert = json_true(config, "invert");
  compile((slice){pattern, len}, json_true(config, "ignore_case"), out);
}

static bool contains(slice s) {
  if (s.len < literal.len) return false;
  u8 first = literal.ptr[0];
  const u8 *p = s.ptr, *last = s.ptr + s.len - literal.len;
  u64 each = first * 0x0101010101010101ull;
  while (p <= last) {
    while (last - p >= 8) {  // eight bytes at a time until one of them may be the first
      u64 w;
      __builtin_memcpy(&w, p, 8);
      w ^= each;
      if ((w - 0x0101010101010101ull) & ~w & 0x8080808080808080ull) break;
      p += 8;
    }
    for (u32 k = 0; k < 8 && p <= last; k++, p++) {
      if (*p != first) continue;
      u32 n = 1;
      while (n < literal.len && p[n] == literal.ptr[n]) n++;
      if (n == literal.len) return true;
    }
  }
  return false;
}

// What stands before a starred atom stands also after it.
static void close(set *s) {
  for (bool changed = true; changed;) {
    changed = false;
    u64 carry = 0;
    for (u32 w = 0; w < words; w++) {
      u64 move = s->bits[w] & starred.bits[w], next = s->bits[w] | move << 1 | carry;
      carry = move >> 63;
      changed |= next != s->bits[w];
      s->bits[w] = next;
    }
  }
}

// Follows the pattern over some more bytes of the line; true once nothing can undo the match.
static bool advance(set *s, slice bytes, const set *fresh) {
  for (u32 i = 0; i < bytes.len; i++) {
    if (!at_end && has(s, atoms)) return true;
    const set *t = &takes[bytes.ptr[i]];
    u64 carry = 0;
    for (u32 w = 0; w < words; w++) {
      u64 taken = s->bits[w] & t->bits[w], moved = taken & ~starred.bits[w];
      s->bits[w] = (taken & starred.bits[w]) | moved << 1 | carry | (at_start ? 0 : fresh->bits[w]);
      carry = moved >> 63;
    }
    close(s);
  }
  return !at_end && has(s, atoms);
}

static u32 terminator(slice tail) {
  if (!tail.len || tail.ptr[tail.len - 1] != '\n') return 0;
  return tail.len > 1 && tail.ptr[tail.len - 2] == '\r' ? 2 : 1;
}

static bool matches(handle line) {
  set fresh = {{1}};
  close(&fresh);
  set s = fresh;
  slice bytes;
  u64 size = buffer_size(line);
  if (size <= PIECE) {
    buffer_read_all(line, &bytes);
    bytes.len -= terminator(bytes);
    if (literal.len) return contains(bytes);
    return advance(&s, bytes, &fresh) || has(&s, atoms);
  }
  buffer_read(line, size - 2, 2, &bytes);
  size -= terminator(bytes);
  u32 mark = heap_mark();
  for (u64 at = 0; at < size; at += bytes.len) {
    heap_top = mark;
    buffer_read(line, at, size - at < PIECE ? size - at : PIECE, &bytes);
    if (advance(&s, bytes, &fresh)) return true;
  }
  return has(&s, atoms);
}

static void grep(element *in, result_element *out) {
  if (matches(in->payload) == invert) {
    drop(out);
    return;
  }
  result_handle m;
  clone_into_mutable(in->payload, &m);
  if (m.err) {
    out->err = 1;
    out->e = buffer_failure(m.e);
    return;
  }
  emit_buffer(in, mutable_freeze(m.ok), out);
  mutable_drop(m.ok);
}

PROCESSOR(grep)
LIFECYCLE(start, no_teardown)
