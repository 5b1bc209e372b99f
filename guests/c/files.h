// Files through wasi:filesystem: one, in the first directory that was given.
#pragma once
#include "stdout.h"
#include "torvyn.h"

typedef struct { handle descriptor; slice path; } preopen;                               // tuple<descriptor, string>
typedef struct { preopen *ptr; u32 len; } preopens;                                      // list<tuple<descriptor, string>>
typedef struct { u8 err; union { handle ok; u8 code; }; } result_descriptor;             // result<descriptor, error-code>
typedef struct { u8 err; union { struct { slice bytes; u8 end; }; u8 code; }; } result_read;
typedef struct { u8 err; union { u64 ok; u8 code; }; } result_size;                      // result<filesize, error-code>
_Static_assert(sizeof(result_descriptor) == 8 && offsetof(result_descriptor, ok) == 4, "result<descriptor, error-code>");
_Static_assert(sizeof(result_read) == 16 && offsetof(result_read, bytes) == 4, "result<tuple<list<u8>, bool>, error-code>");
_Static_assert(sizeof(result_size) == 16 && offsetof(result_size, ok) == 8, "result<filesize, error-code>");

WASI("filesystem/preopens", "get-directories") void get_directories(preopens *out);
WASI("filesystem/types", "[method]descriptor.open-at")
void descriptor_open_at(handle self, u32 path_flags, const u8 *path, u32 path_len, u32 open_flags, u32 flags,
                        result_descriptor *out);
WASI("filesystem/types", "[method]descriptor.read")
void descriptor_read(handle self, u64 length, u64 offset, result_read *out);
WASI("filesystem/types", "[method]descriptor.write")
void descriptor_write(handle self, const u8 *ptr, u32 len, u64 offset, result_size *out);
WASI("filesystem/types", "[resource-drop]descriptor") void descriptor_drop(handle self);

enum { OPEN_CREATE = 1, OPEN_TRUNCATE = 8 };             // open-flags
enum { DESCRIPTOR_READ = 1, DESCRIPTOR_WRITE = 2 };      // descriptor-flags

static handle file;
static u64 file_offset;

// Opens the file that the configuration names.
UNUSED static void open_file(slice name, u32 open_flags, u32 flags, result_unit *out) {
  preopens given;
  get_directories(&given);
  if (given.len == 0) {
    FAIL(out, UNAVAILABLE, TEXT("no directory is granted"));
    return;
  }
  result_descriptor opened;
  descriptor_open_at(given.ptr[0].descriptor, 0, name.ptr, name.len, open_flags, flags, &opened);
  for (u32 i = 0; i < given.len; i++) descriptor_drop(given.ptr[i].descriptor);
  if (opened.err) {
    FAIL(out, UNAVAILABLE, TEXT("the file cannot be opened"));
    return;
  }
  file = opened.ok;
  file_offset = 0;
}

UNUSED static void close_file(void) {
  if (file) descriptor_drop(file);
  file = 0;
}
