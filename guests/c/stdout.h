// Printing through wasi:cli/stdout and wasi:io/streams.
#pragma once
#include "torvyn.h"

#ifndef WASI_VERSION
#define WASI_VERSION "0.2.6"
#endif
#define WASI(interface, name) IMPORT_FROM("wasi:" interface "@" WASI_VERSION, name)

enum { LAST_OPERATION_FAILED, CLOSED };
typedef struct { u8 tag; handle error; } stream_error;
typedef struct { u8 err; stream_error e; } result_stream;  // result<_, stream-error>
_Static_assert(sizeof(result_stream) == 12 && offsetof(result_stream, e) == 4, "result<_, stream-error>");

WASI("cli/stdout", "get-stdout") handle get_stdout(void);
WASI("io/streams", "[method]output-stream.blocking-write-and-flush")
void output_stream_blocking_write_and_flush(handle self, const u8 *ptr, u32 len, result_stream *out);
WASI("io/streams", "[resource-drop]output-stream") void output_stream_drop(handle self);
WASI("io/error", "[resource-drop]error") void io_error_drop(handle self);

enum { MAX_BLOCKING_WRITE = 4096 };  // the most that one blocking-write-and-flush takes

UNUSED static bool write_all(handle stream, slice s) {
  for (u32 at = 0; at < s.len;) {
    u32 n = s.len - at < MAX_BLOCKING_WRITE ? s.len - at : MAX_BLOCKING_WRITE;
    result_stream r;
    output_stream_blocking_write_and_flush(stream, s.ptr + at, n, &r);
    if (r.err) {
      if (r.e.tag == LAST_OPERATION_FAILED) io_error_drop(r.e.error);
      return false;
    }
    at += n;
  }
  return true;
}

// Writes all of it to standard output, or answers false when that is closed.
UNUSED static bool print(slice s) {
  handle out = get_stdout();
  bool written = write_all(out, s);
  output_stream_drop(out);
  return written;
}
