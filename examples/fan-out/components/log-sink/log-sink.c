// Sink that prints what it receives.
#include "stdout.h"
#include "text.h"
#include "torvyn.h"

#define HEAD "[log-sink] Received log: "

static void start(slice config, result_unit *out) { (void)config, (void)out; }

static void take(element *in, result_signal *out) {
  slice content;
  buffer_read_all(in->payload, &content);
  if (!is_utf8(content)) {
    FAIL(out, INVALID_INPUT, TEXT("the payload is not UTF-8"));
    return;
  }
  slice line = {heap_take(sizeof HEAD + content.len), sizeof HEAD + content.len};
  __builtin_memcpy(line.ptr, HEAD, sizeof HEAD - 1);
  __builtin_memcpy(line.ptr + sizeof HEAD - 1, content.ptr, content.len);
  line.ptr[line.len - 1] = '\n';
  if (!print(line)) FAIL(out, UNAVAILABLE, TEXT("standard output is closed"));
}

static void end(result_unit *out) {
  if (!print(TEXT("[log-sink] Stream complete.\n"))) FAIL(out, UNAVAILABLE, TEXT("standard output is closed"));
}

SINK(take, end)
LIFECYCLE(start, no_teardown)
