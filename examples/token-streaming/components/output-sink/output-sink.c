// Sink that prints each sentence with its number.
#include "stdout.h"
#include "text.h"
#include "torvyn.h"

static void start(slice config, result_unit *out) { (void)config, (void)out; }

static void take(element *in, result_signal *out) {
  slice content;
  buffer_read_all(in->payload, &content);
  if (!is_utf8(content)) {
    FAIL(out, INVALID_INPUT, TEXT("the payload is not UTF-8"));
    return;
  }
  text head = {.len = 0};
  text_add(&head, "[output-sink] sentence ");
  text_number(&head, in->sequence);
  text_add(&head, ": ");
  slice line = {heap_take(head.len + content.len + 1), head.len + content.len + 1};
  __builtin_memcpy(line.ptr, head.bytes, head.len);
  __builtin_memcpy(line.ptr + head.len, content.ptr, content.len);
  line.ptr[line.len - 1] = '\n';
  if (!print(line)) FAIL(out, UNAVAILABLE, TEXT("standard output is closed"));
}

static void end(result_unit *out) {
  if (!print(TEXT("[output-sink] Stream complete.\n"))) FAIL(out, UNAVAILABLE, TEXT("standard output is closed"));
}

SINK(take, end)
LIFECYCLE(start, no_teardown)
