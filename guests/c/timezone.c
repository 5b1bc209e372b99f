// What the host says of its time zone: wasi:clocks/timezone, as it is.
#include "stdout.h"
#include "text.h"
#include "torvyn.h"

typedef struct { int32_t utc_offset; slice name; u8 daylight; } timezone_display;
_Static_assert(sizeof(timezone_display) == 16 && offsetof(timezone_display, daylight) == 12, "timezone-display");

WASI("clocks/timezone", "display") void timezone_of(u64 seconds, u32 nanoseconds, timezone_display *out);
WASI("clocks/timezone", "utc-offset") int32_t utc_offset_of(u64 seconds, u32 nanoseconds);

static text answer;
static slice returned;

__attribute__((export_name("display"))) slice *display(u64 seconds) {
  timezone_display shown;
  timezone_of(seconds, 0, &shown);
  answer.len = 0;
  if (shown.utc_offset < 0) text_add(&answer, "-");
  text_number(&answer, (u64)(shown.utc_offset < 0 ? -shown.utc_offset : shown.utc_offset));
  text_add(&answer, " ");
  text_bytes(&answer, shown.name);
  text_bytes(&answer, shown.daylight ? TEXT(" daylight") : TEXT(" standard"));
  heap_rewind();
  returned = text_slice(&answer);
  return &returned;
}

__attribute__((export_name("utc-offset"))) int32_t utc_offset(u64 seconds) { return utc_offset_of(seconds, 0); }
