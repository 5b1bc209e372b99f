// Source of twenty tokens, as a language model would stream them.
#include "torvyn.h"

static const slice tokens[] = {
    TEXT("The"),  TEXT(" quick"),        TEXT(" brown"), TEXT(" fox"),      TEXT(" jumped"), TEXT(" over"),    TEXT(" the"),
    TEXT(" lazy"), TEXT(" dog"),         TEXT("."),      TEXT(" The"),      TEXT(" blocked_word"), TEXT(" was"), TEXT(" filtered"),
    TEXT("."),     TEXT(" Torvyn"),      TEXT(" handles"), TEXT(" streaming"), TEXT(" tokens"), TEXT("."),
};
static u32 made;

static void start(slice config, result_unit *out) {
  (void)config, (void)out;
  made = 0;
}

static void next(result_element *out) {
  if (made == sizeof tokens / sizeof *tokens) none(out);
  else some(TEXT("text/plain; charset=utf-8"), tokens[made++], out);
}

SOURCE(next, ignore_signal)
LIFECYCLE(start, no_teardown)
