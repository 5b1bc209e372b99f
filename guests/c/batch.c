// Aggregator that joins `size` payloads (default 4) into one element; what is left when it is flushed comes out one by
// one. Configuration: {"size": n, "refuse": r}: the first r calls of flush answer unavailable.
#include "json.h"
#include "torvyn.h"

enum { MAX_HELD = 1024, MAX_BYTES = 65536 };
static u8 bytes[MAX_BYTES];
static u32 ends[MAX_HELD], held;
static u64 size, refuse;

static void start(slice config, result_unit *out) {
  size = json_number(config, "size", 4);
  refuse = json_number(config, "refuse", 0);
  held = 0;
  if (!size || size > MAX_HELD) FAIL(out, INVALID_INPUT, TEXT("size is between 1 and 1024"));
}

static void take(element *in, result_element *out) {
  slice content;
  buffer_read_all(in->payload, &content);
  u32 begin = held ? ends[held - 1] : 0;
  if (held == MAX_HELD || content.len > MAX_BYTES - begin) {
    FAIL(out, INTERNAL, TEXT("no room left"));
    return;
  }
  __builtin_memcpy(bytes + begin, content.ptr, content.len);
  ends[held++] = begin + content.len;
  if (held < size) {
    none(out);
  } else {
    held = 0;
    some(in->content_type, (slice){bytes, begin + content.len}, out);
  }
}

static void let_go(result_elements *out) {
  static output_element elements[MAX_HELD];
  if (refuse) {
    refuse--;
    FAIL(out, UNAVAILABLE, TEXT("not now"));
    return;
  }
  out->ok.ptr = elements;
  for (u32 i = 0; i < held; i++) {
    u32 begin = i ? ends[i - 1] : 0;
    error e;
    elements[i] = (output_element){.content_type = TEXT("text/plain")};
    if (!make_buffer((slice){bytes + begin, ends[i] - begin}, &elements[i].payload, &e)) {
      while (i) buffer_drop(elements[--i].payload);
      out->err = 1;
      out->e = e;
      return;
    }
  }
  out->ok.len = held;
  held = 0;
}

AGGREGATOR(take, let_go)
LIFECYCLE(start, no_teardown)
