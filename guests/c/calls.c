// One function for each kind of call (../wit/deps/torvyn-calls). What a call is given and gives back lies in a scratch
// area that is empty again when the call is over, so allocation costs next to nothing.
#include <stddef.h>
#include <stdint.h>

#define EXPORT(name) __attribute__((export_name("torvyn:calls/calls@0.1.0#" name)))
#define POST_RETURN(name) __attribute__((export_name("cabi_post_torvyn:calls/calls@0.1.0#" name)))
#define RESOURCE(name) \
  __attribute__((import_module("[export]torvyn:calls/calls@0.1.0"), import_name("[resource-" name "]counter")))

extern uint8_t __heap_base;
static uintptr_t scratch;

static uintptr_t scratch_start(void) { return ((uintptr_t)&__heap_base + 15) & ~(uintptr_t)15; }
static void clear(void) { scratch = 0; }

static void *take(size_t align, size_t size) {
  uintptr_t start = scratch ? scratch : scratch_start();
  start = (start + align - 1) & ~(uintptr_t)(align - 1);
  uint64_t end = (uint64_t)start + size, memory = (uint64_t)__builtin_wasm_memory_size(0) << 16;
  if (end > memory && __builtin_wasm_memory_grow(0, (end - memory + 0xffff) >> 16) == (size_t)-1) __builtin_trap();
  scratch = (uintptr_t)end;
  return (void *)start;
}

__attribute__((export_name("cabi_realloc"))) void *cabi_realloc(void *old, size_t held, size_t align, size_t size) {
  if (old || held) __builtin_trap();  // nobody here lets anything grow
  return take(align, size);
}

typedef struct { const uint8_t *data; size_t length; } range;
static range returned;

EXPORT("nop") void nop(void) {}

EXPORT("add") uint32_t add(uint32_t a, uint32_t b) { return a + b; }

EXPORT("mix") double mix(uint32_t a, int64_t b, float c, double d) { return a + (double)b + c * d; }

EXPORT("text") uint32_t text(const uint8_t *s, size_t length) {
  uint32_t seen = (length ? s[0] : 0) + length;
  clear();
  return seen;
}

EXPORT("greet") range *greet(const uint8_t *name, size_t length) {
  static const char hello[7] = "Hello, ";
  uint8_t *greeting = take(1, sizeof hello + length);
  __builtin_memcpy(greeting, hello, sizeof hello);
  __builtin_memcpy(greeting + sizeof hello, name, length);
  returned = (range){greeting, sizeof hello + length};
  return &returned;
}
POST_RETURN("greet") void post_greet(range *area) { (void)area; clear(); }

EXPORT("sum") uint32_t sum(const uint8_t *bytes, size_t length) {
  uint32_t total = length ? bytes[0] + bytes[length - 1] : 0;
  clear();
  return total;
}

EXPORT("bytes") range *bytes(size_t length) {
  uint8_t *made = take(1, length);
  if (length) made[0] = 1, made[length - 1] = 2;
  returned = (range){made, length};
  return &returned;
}
POST_RETURN("bytes") void post_bytes(range *area) { (void)area; clear(); }

typedef struct {
  uint64_t id;
  int64_t at;
  uint32_t sensor;
  int32_t delta;
  uint16_t unit;
  int16_t rank;
  uint8_t quality, flagged;
  double value;
  float error;
} reading;
_Static_assert(sizeof(reading) == 48, "as the canonical ABI lays it out");

EXPORT("relay")
reading *relay(uint64_t id, int64_t at, uint32_t sensor, int32_t delta, uint32_t unit, int32_t rank, uint32_t quality,
               uint32_t flagged, double value, float error) {
  static reading relayed;
  relayed = (reading){id + 1, at, sensor, delta, unit, rank, quality, flagged, value, error};
  return &relayed;
}

EXPORT("relay-all") range *relay_all(reading *readings, size_t count) {
  for (size_t i = 0; i < count; i++) readings[i].id++;
  returned = (range){(const uint8_t *)readings, count};
  return &returned;
}
POST_RETURN("relay-all") void post_relay_all(range *area) { (void)area; clear(); }

typedef struct counter { uint32_t count; struct counter *next; } counter;
static counter pool[1024], *available;
static size_t used;
static uint32_t live;

RESOURCE("new") int32_t counter_new(counter *self);
RESOURCE("rep") counter *counter_rep(int32_t handle);
RESOURCE("drop") void counter_drop(int32_t handle);

EXPORT("[constructor]counter") int32_t make(uint32_t start) {
  counter *c = available;
  if (c) available = c->next;
  else if (used == sizeof pool / sizeof *pool) __builtin_trap();
  else c = &pool[used++];
  c->count = start;
  live++;
  return counter_new(c);
}

EXPORT("[dtor]counter") void unmake(counter *self) {
  self->next = available;
  available = self;
  live--;
}

EXPORT("[method]counter.increment") uint32_t increment(counter *self, uint32_t by) { return self->count += by; }

EXPORT("[static]counter.merge") int32_t merge(int32_t first, int32_t second) {
  uint32_t total = counter_rep(first)->count + counter_rep(second)->count;
  counter_drop(first);
  counter_drop(second);
  return make(total);
}

EXPORT("counters") uint32_t counters(void) { return live; }
