// Sink that writes every payload to a granted file, which it makes or empties, and prints `<n> bytes` in the end.
// Configuration: the name of the file in the first directory that is granted.
#include "files.h"
#include "text.h"

static void start(slice config, result_unit *out) {
  open_file(config, OPEN_CREATE | OPEN_TRUNCATE, DESCRIPTOR_WRITE, out);
}

static void take(element *in, result_signal *out) {
  slice content;
  buffer_read_all(in->payload, &content);
  for (u32 at = 0; at < content.len;) {
    result_size r;
    descriptor_write(file, content.ptr + at, content.len - at, file_offset, &r);
    if (r.err) {
      FAIL(out, UNAVAILABLE, TEXT("the file cannot be written"));
      return;
    }
    at += (u32)r.ok;
    file_offset += r.ok;
  }
}

static void end(result_unit *out) {
  text t = {.len = 0};
  text_number(&t, file_offset);
  text_add(&t, " bytes\n");
  if (!print(text_slice(&t))) FAIL(out, UNAVAILABLE, TEXT("standard output is closed"));
}

SINK(take, end)
LIFECYCLE(start, close_file)
