// Processor that calls what its configuration names for each element, and emits a text with the answers.
// Configuration: {"calls": "stdout,environment"}, a comma list of
//   stdout, stderr      prints `[wasi-probe] <name>` there      -> ok or closed
//   environment         get-environment                         -> number of variables
//   arguments           get-arguments                           -> number of arguments
//   cwd                 initial-cwd                             -> none or some
//   wall, monotonic     now                                     -> set if not 0, else zero
//   random, random-u64, insecure, seed                          -> set if not all 0, else zero
//   exit, exit-error    wasi:cli/exit
// Emitted: `stdout=ok environment=0 `.
#include "json.h"
#include "stdout.h"
#include "text.h"
#include "torvyn.h"

typedef struct { u8 some; slice value; } option_text;
typedef struct { u64 seconds; u32 nanoseconds; } datetime;

WASI("cli/stderr", "get-stderr") handle get_stderr(void);
WASI("cli/environment", "get-environment") void get_environment(slice *out);
WASI("cli/environment", "get-arguments") void get_arguments(slice *out);
WASI("cli/environment", "initial-cwd") void initial_cwd(option_text *out);
WASI("cli/exit", "exit") void wasi_exit(u32 status);
WASI("clocks/wall-clock", "now") void wall_clock_now(datetime *out);
WASI("clocks/monotonic-clock", "now") u64 monotonic_clock_now(void);
WASI("random/random", "get-random-bytes") void get_random_bytes(u64 len, slice *out);
WASI("random/random", "get-random-u64") u64 get_random_u64(void);
WASI("random/insecure", "get-insecure-random-u64") u64 get_insecure_random_u64(void);
WASI("random/insecure-seed", "insecure-seed") void insecure_seed(u64 *out);

enum { MAX_CALLS = 256 };
static u8 calls[MAX_CALLS];
static u32 calls_len;

static void start(slice config, result_unit *out) {
  json v;
  if (json_get(config, "calls", &v) != JSON_FOUND || !json_string(v, calls, MAX_CALLS, &calls_len))
    FAIL(out, INVALID_INPUT, TEXT("the configuration has no \"calls\""));
}

static bool is(slice s, const char *word) {
  u32 i = 0;
  while (i < s.len && word[i] && s.ptr[i] == (u8)word[i]) i++;
  return i == s.len && !word[i];
}

static slice set(bool yes) { return yes ? TEXT("set") : TEXT("zero"); }

static slice write_to(handle stream, slice line) {
  bool written = write_all(stream, line);
  output_stream_drop(stream);
  return written ? TEXT("ok") : TEXT("closed");
}

static void call(slice name, text *answer) {
  slice list;
  u64 seed[2];
  datetime time;
  option_text cwd;
  if (is(name, "stdout")) text_bytes(answer, write_to(get_stdout(), TEXT("[wasi-probe] stdout\n")));
  else if (is(name, "stderr")) text_bytes(answer, write_to(get_stderr(), TEXT("[wasi-probe] stderr\n")));
  else if (is(name, "environment")) get_environment(&list), text_number(answer, list.len);
  else if (is(name, "arguments")) get_arguments(&list), text_number(answer, list.len);
  else if (is(name, "cwd")) initial_cwd(&cwd), text_bytes(answer, cwd.some ? TEXT("some") : TEXT("none"));
  else if (is(name, "wall")) wall_clock_now(&time), text_bytes(answer, set(time.seconds));
  else if (is(name, "monotonic")) text_bytes(answer, set(monotonic_clock_now()));
  else if (is(name, "random")) {
    get_random_bytes(16, &list);
    u8 any = 0;
    for (u32 i = 0; i < list.len; i++) any |= list.ptr[i];
    text_bytes(answer, set(any));
  } else if (is(name, "random-u64")) text_bytes(answer, set(get_random_u64()));
  else if (is(name, "insecure")) text_bytes(answer, set(get_insecure_random_u64()));
  else if (is(name, "seed")) insecure_seed(seed), text_bytes(answer, set(seed[0] | seed[1]));
  else if (is(name, "exit")) wasi_exit(0);
  else if (is(name, "exit-error")) wasi_exit(1);
  else text_add(answer, "unknown");
}

static void probe(element *in, result_element *out) {
  text answer = {.len = 0};
  for (u32 at = 0; at < calls_len;) {
    u32 end = at;
    while (end < calls_len && calls[end] != ',') end++;
    slice name = {calls + at, end - at};
    text_bytes(&answer, name);
    text_add(&answer, "=");
    call(name, &answer);
    text_add(&answer, " ");
    at = end + 1;
  }
  emit(in, text_slice(&answer), out);
}

PROCESSOR(probe)
LIFECYCLE(start, no_teardown)
