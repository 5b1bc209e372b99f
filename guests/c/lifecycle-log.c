// Processor that emits copies and prints its life, on the oldest WASI 0.2:
//   [lifecycle-log] init <configuration>
//   [lifecycle-log] teardown <number of teardowns of this instance> after <n> elements
#define WASI_VERSION "0.2.0"
#include "stdout.h"
#include "text.h"
#include "torvyn.h"

static u64 elements, teardowns;

static void start(slice config, result_unit *out) {
  text t = {.len = 0};
  elements = 0;
  text_add(&t, "[lifecycle-log] init ");
  text_bytes(&t, config);
  text_add(&t, "\n");
  if (!print(text_slice(&t))) FAIL(out, UNAVAILABLE, TEXT("standard output is closed"));
}

static void copy(element *in, result_element *out) {
  elements++;
  slice content;
  buffer_read_all(in->payload, &content);
  emit(in, content, out);
}

static void stop(void) {
  text t = {.len = 0};
  text_add(&t, "[lifecycle-log] teardown ");
  text_number(&t, ++teardowns);
  text_add(&t, " after ");
  text_number(&t, elements);
  text_add(&t, " elements\n");
  print(text_slice(&t));
}

PROCESSOR(copy)
LIFECYCLE(start, stop)
