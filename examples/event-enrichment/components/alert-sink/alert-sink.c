// Sink that prints alerts and counts the other events.
#include "json.h"
#include "stdout.h"
#include "text.h"
#include "torvyn.h"

static u64 others;

static void start(slice config, result_unit *out) {
  (void)config, (void)out;
  others = 0;
}

static void take(element *in, result_signal *out) {
  slice content;
  buffer_read_all(in->payload, &content);
  if (!is_utf8(content)) {
    FAIL(out, INVALID_INPUT, TEXT("the payload is not UTF-8"));
    return;
  }
  if (!json_true(content, "alert")) {
    others++;
    return;
  }
  text head = {.len = 0};
  text_add(&head, "[alert-sink] ALERT seq=");
  text_number(&head, in->sequence);
  text_add(&head, ": ");
  slice line = {heap_take(head.len + content.len + 1), head.len + content.len + 1};
  __builtin_memcpy(line.ptr, head.bytes, head.len);
  __builtin_memcpy(line.ptr + head.len, content.ptr, content.len);
  line.ptr[line.len - 1] = '\n';
  if (!print(line)) FAIL(out, UNAVAILABLE, TEXT("standard output is closed"));
}

static void end(result_unit *out) {
  text t = {.len = 0};
  text_add(&t, "[alert-sink] Non-alert events: ");
  text_number(&t, others);
  text_add(&t, " (suppressed)\n[alert-sink] Stream complete.\n");
  if (!print(text_slice(&t))) FAIL(out, UNAVAILABLE, TEXT("standard output is closed"));
}

SINK(take, end)
LIFECYCLE(start, no_teardown)
