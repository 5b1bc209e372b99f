// Filter that lets pass or drops, by a look at the payload: see dice.h.
#include "dice.h"

static void judge(element *in, result_bool *out) {
  slice content;
  buffer_read_all(in->payload, &content);
  u32 token = token_of(content);
  if (dice_fails(token, &out->e)) out->err = 1;
  else out->ok = throw_of(token, DROP) >= drop_share;
}

FILTER(judge)
LIFECYCLE(dice_start, no_teardown)
