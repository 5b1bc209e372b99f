// What a guest can do wrong in any role, chosen by configuration:
//   {"fault": name, "at": n, "times": k, "in": "call" | "init" | "teardown", "text": t, "size": s, "pages": p}
// In calls it happens from the n-th on, k times (default: the first call, once); before and after, the guest works.
#pragma once
#include "json.h"
#include "text.h"
#include "torvyn.h"

enum { MAX_FAULT_TEXT = 256 };
typedef enum { IN_CALL, IN_INIT, IN_TEARDOWN } fault_place;

static u64 fault_at, fault_times, fault_size, fault_pages, fault_calls;
static fault_place fault_in;
static u8 fault_name[64], fault_text_bytes[MAX_FAULT_TEXT];
static u32 fault_name_len;
static slice fault_text;

// True if the call is to be answered with the error; false if the guest shall go on as if nothing had happened.
typedef bool (*fault)(error *e);
// What only guests with an element can do; answers the address of the result.
typedef void *(*element_fault)(element *in);
typedef struct { const char *name; fault run; element_fault on_element; } named_fault;
#define FAULT(name, function) {name, function, 0}
#define ELEMENT_FAULT(name, function) {name, 0, function}
static const named_fault *chosen;

static NOINLINE bool answer(u8 tag, error *e) {
  *e = (error){tag, fault_text};
  return true;
}
static bool invalid_input(error *e) { return answer(INVALID_INPUT, e); }
static bool unavailable(error *e) { return answer(UNAVAILABLE, e); }
static bool internal(error *e) { return answer(INTERNAL, e); }
static bool deadline_exceeded(error *e) { return answer(DEADLINE_EXCEEDED, e); }
static bool fatal(error *e) { return answer(FATAL, e); }

static bool bad_utf8(error *e) {
  *e = (error){INTERNAL, TEXT("not \xff UTF-8")};
  return true;
}
static bool bad_text_pointer(error *e) {
  *e = (error){INTERNAL, {(u8 *)0xfffffff0u, 8}};
  return true;
}
static bool bad_text_length(error *e) {
  *e = (error){INTERNAL, {fault_text_bytes, 0xf0000000u}};
  return true;
}
static bool bad_error_case(error *e) {
  *e = (error){9, {0, 0}};
  return true;
}

static NOINLINE bool unreachable(error *e) {
  (void)e;
  __builtin_trap();
}
static NOINLINE bool divide_by_zero(error *e) {
  volatile int one = 1, zero = 0;
  e->tag = (u8)(one / zero);
  return false;
}
static NOINLINE bool integer_overflow(error *e) {
  volatile int least = INT32_MIN, minus_one = -1;
  e->tag = (u8)(least / minus_one);
  return false;
}
static NOINLINE bool out_of_bounds(error *e) {
  volatile u32 far = 0xfffffff0u;
  e->tag = *(volatile u8 *)far;
  return false;
}
static NOINLINE bool call_null(error *e) {
  fault volatile none = 0;
  return none(e);
}
static NOINLINE bool call_undefined(error *e) {
  fault volatile far = (fault)9999;
  return far(e);
}
static NOINLINE bool call_mismatched(error *e) {
  static u64 (*volatile other)(slice, const char *, u64) = json_number;
  fault volatile wrong = (fault)(void *)other;
  return wrong(e);
}
static NOINLINE bool spin(error *e) {
  for (volatile u32 turns = 0;; turns++) {}
  return e != 0;
}

static volatile u32 depth;
static NOINLINE u32 recurse_deeper(u32 n) {
  depth = n;
  if (!n) return 0;
  u32 below = recurse_deeper(n + 1);
  depth = n;
  return below + 1;
}
static NOINLINE bool recurse(error *e) { return recurse_deeper(1) == (u32)e; }

// Grows by one MiB at a time until `pages` are there or no more is given, and writes into each page.
static NOINLINE bool grow(error *e) {
  while (__builtin_wasm_memory_size(0) < fault_pages) {
    u32 old = (u32)__builtin_wasm_memory_grow(0, 16);
    if (old == (u32)-1) {
      static text t;
      t.len = 0;
      text_add(&t, "memory.grow was refused at ");
      text_number(&t, __builtin_wasm_memory_size(0));
      text_add(&t, " pages");
      *e = (error){UNAVAILABLE, text_slice(&t)};
      return true;
    }
    for (u32 page = old; page < old + 16; page++) *(volatile u8 *)(page << 16) = 1;
  }
  return false;
}

#ifndef NO_ALLOCATOR
// Takes buffers of `size` bytes and never gives them back, until no more is given.
static NOINLINE bool hoard(error *e) {
  for (;;) {
    result_handle m;
    allocate(fault_size, &m);
    if (!m.err) continue;
    *e = buffer_failure(m.e);
    return true;
  }
}
static NOINLINE bool too_large(error *e) {
  result_handle m;
  allocate((16 << 20) + 1, &m);
  if (m.err) {
    *e = buffer_failure(m.e);
  } else {
    mutable_drop(m.ok);
    *e = (error){INTERNAL, TEXT("a buffer over 16 MiB was given")};
  }
  return true;
}
// Each on an allocated buffer.
static handle taken(void) {
  result_handle m;
  allocate(16, &m);
  if (m.err) __builtin_trap();
  return m.ok;
}
static NOINLINE bool write_out_of_bounds(error *e) {
  result_unit r;
  mutable_write(taken(), 0, (const u8 *)0xfffffff0u, 8, &r);
  *e = (error){INTERNAL, TEXT("bytes from beyond the memory were taken")};
  return true;
}
static NOINLINE bool write_frozen(error *e) {
  result_unit r;
  handle m = taken();
  mutable_freeze(m);
  mutable_append(m, (const u8 *)"x", 1, &r);
  *e = (error){INTERNAL, TEXT("a frozen buffer was written to")};
  return true;
}
static NOINLINE bool freeze_twice(error *e) {
  handle m = taken();
  mutable_freeze(m);
  mutable_freeze(m);
  *e = (error){INTERNAL, TEXT("a buffer was frozen twice")};
  return true;
}
static NOINLINE bool drop_mutable_twice(error *e) {
  handle m = taken();
  mutable_drop(m);
  mutable_drop(m);
  *e = (error){INTERNAL, TEXT("a buffer was dropped twice")};
  return true;
}
#define ALLOCATOR_FAULTS                                                                          \
  FAULT("hoard", hoard), FAULT("too-large", too_large),                                            \
  FAULT("write-out-of-bounds", write_out_of_bounds), FAULT("write-frozen", write_frozen),          \
  FAULT("freeze-twice", freeze_twice), FAULT("drop-mutable-twice", drop_mutable_twice),
#else
#define ALLOCATOR_FAULTS
#endif

#define COMMON_FAULTS                                                                             \
  FAULT("invalid-input", invalid_input), FAULT("unavailable", unavailable),                        \
  FAULT("internal", internal), FAULT("deadline-exceeded", deadline_exceeded), FAULT("fatal", fatal), \
  FAULT("bad-utf8", bad_utf8), FAULT("bad-text-pointer", bad_text_pointer),                        \
  FAULT("bad-text-length", bad_text_length), FAULT("bad-error-case", bad_error_case),              \
  FAULT("unreachable", unreachable), FAULT("divide-by-zero", divide_by_zero),                      \
  FAULT("integer-overflow", integer_overflow), FAULT("out-of-bounds", out_of_bounds),              \
  FAULT("call-null", call_null), FAULT("call-undefined", call_undefined),                          \
  FAULT("call-mismatched", call_mismatched), FAULT("spin", spin), FAULT("recurse", recurse),       \
  FAULT("grow", grow), ALLOCATOR_FAULTS

static bool text_is(const u8 *bytes, u32 len, const char *word) {
  u32 i = 0;
  while (i < len && word[i] && bytes[i] == (u8)word[i]) i++;
  return i == len && !word[i];
}

// Reads the configuration; answers an error that `init` has to give, the fault included if it is to happen there.
static bool faults_start(slice config, const named_fault *faults, u32 count, error *e) {
  json v;
  u8 place[16];
  u32 len = 0;
  fault_at = json_number(config, "at", 1);
  fault_times = json_number(config, "times", 1);
  fault_size = json_number(config, "size", 1 << 20);
  fault_pages = json_number(config, "pages", 65536);
  fault_calls = 0;
  fault_text = (slice){fault_text_bytes, 0};
  if (json_get(config, "text", &v) == JSON_FOUND) json_string(v, fault_text_bytes, MAX_FAULT_TEXT, &fault_text.len);
  if (!fault_text.len) fault_text = TEXT("as configured");
  fault_in = IN_CALL;
  if (json_get(config, "in", &v) == JSON_FOUND && json_string(v, place, sizeof place, &len)) {
    if (text_is(place, len, "init")) fault_in = IN_INIT;
    else if (text_is(place, len, "teardown")) fault_in = IN_TEARDOWN;
  }
  chosen = 0;
  if (json_get(config, "fault", &v) == JSON_FOUND && json_string(v, fault_name, sizeof fault_name, &fault_name_len))
    for (u32 i = 0; i < count; i++)
      if (text_is(fault_name, fault_name_len, faults[i].name)) chosen = &faults[i];
  if (!chosen) {
    *e = (error){INVALID_INPUT, TEXT("the configuration names no fault that this guest knows")};
    return true;
  }
  return fault_in == IN_INIT && chosen->run && chosen->run(e);
}

// True if the fault is due in this call.
static bool fault_due(void) {
  return ++fault_calls >= fault_at && fault_calls - fault_at < fault_times && fault_in == IN_CALL;
}

static void faults_end(void) {
  error e;
  if (fault_in == IN_TEARDOWN && chosen && chosen->run) chosen->run(&e);
}
