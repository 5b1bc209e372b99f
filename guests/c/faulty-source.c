// Source of endless small elements until it does what its configuration names: see faults.h.
#include "faults.h"

static const named_fault faults[] = {COMMON_FAULTS};

static void start(slice config, result_unit *out) {
  out->err = faults_start(config, faults, sizeof faults / sizeof *faults, &out->e);
}

static void next(result_element *out) {
  error e;
  if (fault_due() && chosen->run(&e)) FAIL(out, e.tag, e.text);
  else some(TEXT("text/plain"), TEXT("fine"), out);
}

SOURCE(next, ignore_signal)
LIFECYCLE(start, faults_end)
