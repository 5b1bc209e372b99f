// Sink that is busy for a while with each element. Configuration: turns of an empty loop (a number; 100000 when it is
// none).
#include "stdout.h"
#include "text.h"
#include "torvyn.h"

static u64 turns, processed;

static void start(slice config, result_unit *out) {
  (void)out;
  turns = processed = 0;
  for (u32 i = 0; i < config.len && config.ptr[i] >= '0' && config.ptr[i] <= '9' && turns < 1000000000; i++)
    turns = turns * 10 + (config.ptr[i] - '0');
  if (!turns) turns = 100000;
}

static void work(void) {
  for (volatile u64 i = 0; i < turns; i++) {}
}

static void take(element *in, result_signal *out) {
  work();
  slice content;
  buffer_read_all(in->payload, &content);
  processed++;
  if (in->sequence % 100) return;
  text t = {.len = 0};
  text_add(&t, "[slow-sink] seq=");
  text_number(&t, in->sequence);
  text_add(&t, ": ");
  text_bytes(&t, content);
  text_add(&t, " (every 100th logged)\n");
  if (!print(text_slice(&t))) FAIL(out, UNAVAILABLE, TEXT("standard output is closed"));
}

static void end(result_unit *out) {
  if (!print(TEXT("[slow-sink] Stream complete.\n"))) FAIL(out, UNAVAILABLE, TEXT("standard output is closed"));
}

static void stop(void) {
  text t = {.len = 0};
  text_add(&t, "[slow-sink] Processed ");
  text_number(&t, processed);
  text_add(&t, " elements total.\n");
  print(text_slice(&t));
}

SINK(take, end)
LIFECYCLE(start, stop)
