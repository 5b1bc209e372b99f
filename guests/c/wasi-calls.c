// One function of WASI, called so many times. `repeat` gives what all of it has moved, in bytes, or counts for calls that
// move none; it traps when a call fails. Files are `read` and `write` in the first directory that is granted.
#include "files.h"

enum { READ, WRITE, PRINT, RANDOM_BYTES, RANDOM_U64, MONOTONIC, WALL };

typedef struct { u8 err; union { handle ok; u8 code; }; } result_own;                       // result<own<_>, error-code>
typedef struct { u8 err; union { slice bytes; stream_error e; }; } result_bytes;             // result<list<u8>, stream-error>
typedef struct { u8 err; union { u64 ok; stream_error e; }; } result_room;                   // result<u64, stream-error>
typedef struct { u64 seconds; u32 nanoseconds; } datetime;
_Static_assert(sizeof(result_bytes) == 12 && offsetof(result_bytes, bytes) == 4, "result<list<u8>, stream-error>");
_Static_assert(sizeof(result_room) == 16 && offsetof(result_room, ok) == 8, "result<u64, stream-error>");

WASI("filesystem/types", "[method]descriptor.read-via-stream") void read_via_stream(handle self, u64 offset, result_own *out);
WASI("filesystem/types", "[method]descriptor.write-via-stream") void write_via_stream(handle self, u64 offset, result_own *out);
WASI("io/streams", "[method]input-stream.blocking-read") void input_stream_blocking_read(handle self, u64 len, result_bytes *out);
WASI("io/streams", "[method]output-stream.check-write") void output_stream_check_write(handle self, result_room *out);
WASI("io/streams", "[method]output-stream.write")
void output_stream_write(handle self, const u8 *ptr, u32 len, result_stream *out);
WASI("io/streams", "[method]output-stream.blocking-flush") void output_stream_blocking_flush(handle self, result_stream *out);
WASI("io/streams", "[resource-drop]input-stream") void input_stream_drop(handle self);
WASI("clocks/wall-clock", "now") void wall_clock_now(datetime *out);
WASI("clocks/monotonic-clock", "now") u64 monotonic_clock_now(void);
WASI("random/random", "get-random-bytes") void get_random_bytes(u64 len, slice *out);
WASI("random/random", "get-random-u64") u64 get_random_u64(void);

enum { MOST = 1 << 16, FILE_SIZE = 1 << 20 };
static u8 content[MOST];

static void check(bool holds) {
  if (!holds) __builtin_trap();
}

static handle opened(slice name, u32 open_flags, u32 flags) {
  preopens given;
  get_directories(&given);
  check(given.len > 0);
  result_descriptor file;
  descriptor_open_at(given.ptr[0].descriptor, 0, name.ptr, name.len, open_flags, flags, &file);
  check(!file.err);
  for (u32 i = 0; i < given.len; i++) descriptor_drop(given.ptr[i].descriptor);
  return file.ok;
}

static u64 read_file(u32 size, u32 count) {
  handle file = opened(TEXT("read"), 0, DESCRIPTOR_READ);
  result_own stream;
  read_via_stream(file, 0, &stream);
  check(!stream.err);
  u64 moved = 0;
  u32 mark = heap_mark();
  for (u32 i = 0; i < count; i++) {
    result_bytes r;
    input_stream_blocking_read(stream.ok, size, &r);
    if (r.err) {  // at its end
      check(r.e.tag == CLOSED);
      input_stream_drop(stream.ok);
      read_via_stream(file, 0, &stream);
      check(!stream.err);
    } else {
      moved += r.bytes.len;
    }
    heap_top = mark;
  }
  input_stream_drop(stream.ok);
  descriptor_drop(file);
  return moved;
}

static void write_once(handle stream, u32 size) {
  result_room room;
  result_stream r;
  output_stream_check_write(stream, &room);
  check(!room.err && room.ok >= size);
  output_stream_write(stream, content, size, &r);
  check(!r.err);
  output_stream_blocking_flush(stream, &r);
  check(!r.err);
}

static u64 write_file(u32 size, u32 count) {
  handle file = opened(TEXT("write"), OPEN_CREATE, DESCRIPTOR_WRITE);
  result_own stream;
  write_via_stream(file, 0, &stream);
  check(!stream.err);
  for (u32 i = 0, at = 0; i < count; i++, at += size) {
    if (at >= FILE_SIZE) {
      output_stream_drop(stream.ok);
      write_via_stream(file, at = 0, &stream);
      check(!stream.err);
    }
    write_once(stream.ok, size);
  }
  output_stream_drop(stream.ok);
  descriptor_drop(file);
  return (u64)size * count;
}

static u64 print_all(u32 size, u32 count) {
  handle out = get_stdout();
  for (u32 i = 0; i < count; i++) write_once(out, size);
  output_stream_drop(out);
  return (u64)size * count;
}

static u64 random_all(u32 size, u32 count) {
  u64 moved = 0;
  u32 mark = heap_mark();
  for (u32 i = 0; i < count; i++) {
    slice bytes;
    get_random_bytes(size, &bytes);
    moved += bytes.len;
    heap_top = mark;
  }
  return moved;
}

static u64 call_all(u32 function, u32 count) {
  u64 done = 0;
  datetime now;
  for (u32 i = 0; i < count; i++) {
    switch (function) {
      case RANDOM_U64: get_random_u64(); break;
      case MONOTONIC: check(monotonic_clock_now() != 0); break;
      case WALL:
        wall_clock_now(&now);
        check(now.seconds != 0);
        break;
      default: __builtin_trap();
    }
    done++;
  }
  return done;
}

__attribute__((export_name("repeat"))) u64 repeat(u32 function, u32 size, u32 count) {
  check(size <= MOST);
  u64 done;
  switch (function) {
    case READ: done = read_file(size, count); break;
    case WRITE: done = write_file(size, count); break;
    case PRINT: done = print_all(size, count); break;
    case RANDOM_BYTES: done = random_all(size, count); break;
    default: done = call_all(function, count);
  }
  heap_rewind();
  return done;
}
