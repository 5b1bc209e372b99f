// Sink that prints each text with its sequence number, and at the end how many there were.
#include "stdout.h"
#include "text.h"
#include "torvyn.h"

static u64 received;

static void start(slice config, result_unit *out) {
  (void)config, (void)out;
  received = 0;
}

static void take(element *in, result_signal *out) {
  slice content;
  buffer_read_all(in->payload, &content);
  if (!is_utf8(content)) {
    FAIL(out, INVALID_INPUT, TEXT("the payload is not UTF-8"));
    return;
  }
  received++;
  text head = {.len = 0};
  text_add(&head, "[hello-sink] seq=");
  text_number(&head, in->sequence);
  text_add(&head, ": ");
  slice line = {heap_take(head.len + content.len + 1), head.len + content.len + 1};
  __builtin_memcpy(line.ptr, head.bytes, head.len);
  __builtin_memcpy(line.ptr + head.len, content.ptr, content.len);
  line.ptr[line.len - 1] = '\n';
  if (!print(line)) FAIL(out, UNAVAILABLE, TEXT("standard output is closed"));
}

static void end(result_unit *out) {
  if (!print(TEXT("[hello-sink] Stream complete.\n"))) FAIL(out, UNAVAILABLE, TEXT("standard output is closed"));
}

static void stop(void) {
  text t = {.len = 0};
  text_add(&t, "[hello-sink] Received ");
  text_number(&t, received);
  text_add(&t, " messages total.\n");
  print(text_slice(&t));
}

SINK(take, end)
LIFECYCLE(start, stop)
