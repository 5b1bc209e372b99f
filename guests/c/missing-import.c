// Processor that imports what nobody provides, acme:nowhere/thing.
#include "torvyn.h"

IMPORT_FROM("acme:nowhere/thing@1.0.0", "ask") u32 ask(const u8 *question, u32 len);

static void wonder(element *in, result_element *out) {
  slice content;
  buffer_read_all(in->payload, &content);
  if (ask(content.ptr, content.len)) emit(in, content, out);
  else drop(out);
}

PROCESSOR(wonder)
