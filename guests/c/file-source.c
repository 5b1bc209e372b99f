// Source of what a granted file has, in elements of at most 4096 bytes. Configuration: the name of the file in the first
// directory that is granted.
#include "files.h"

static void start(slice config, result_unit *out) { open_file(config, 0, DESCRIPTOR_READ, out); }

static void next(result_element *out) {
  result_read r;
  descriptor_read(file, 4096, file_offset, &r);
  if (r.err) {
    FAIL(out, UNAVAILABLE, TEXT("the file cannot be read"));
  } else if (r.bytes.len == 0) {
    none(out);
  } else {
    file_offset += r.bytes.len;
    some(TEXT("application/octet-stream"), r.bytes, out);
  }
}

SOURCE(next, ignore_signal)
LIFECYCLE(start, close_file)
