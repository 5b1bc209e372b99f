// Processor that copies, drops or fails: see dice.h.
#include "dice.h"

static void work(element *in, result_element *out) {
  slice content;
  buffer_read_all(in->payload, &content);
  u32 token = token_of(content);
  if (dice_fails(token, &out->e)) out->err = 1;
  else if (throw_of(token, DROP) < drop_share) drop(out);
  else emit(in, content, out);
}

PROCESSOR(work)
LIFECYCLE(dice_start, no_teardown)
