// A freestanding libc of seven functions. The heap keeps one list of free blocks for each power of two; a block starts
// with its class. A guest that frees what it takes therefore never grows again, which a test can see in its memory.
#include <stdint.h>
#include "stdlib.h"
#include "string.h"

enum { SMALLEST = 5, CLASSES = 32 };  // blocks of 32 bytes to 2 GiB
typedef struct block { uint32_t class, taken; struct block *next; uint32_t unused; } block;
_Static_assert(sizeof(block) == 16, "what lies behind the header is aligned to 16 bytes");

extern uint8_t __heap_base;
static block *available[CLASSES];
static uint64_t top;

_Noreturn void abort(void) { __builtin_trap(); }

static block *fresh(uint32_t class) {
  if (!top) top = ((uint32_t)&__heap_base + 15) & ~15u;
  uint64_t end = top + (1ull << class), memory = (uint64_t)__builtin_wasm_memory_size(0) << 16;
  if (end > memory && __builtin_wasm_memory_grow(0, (end - memory + 0xffff) >> 16) == (size_t)-1) return 0;
  block *b = (block *)(uint32_t)top;
  top = end;
  b->class = class;
  return b;
}

void *malloc(size_t size) {
  uint64_t needed = (uint64_t)size + sizeof(block);
  uint32_t class = SMALLEST;
  while (1ull << class < needed) class++;
  if (class >= CLASSES) return 0;
  block *b = available[class];
  if (b) available[class] = b->next;
  else if (!(b = fresh(class))) return 0;
  b->taken = 1;
  return b + 1;
}

void free(void *ptr) {
  if (!ptr) return;
  block *b = (block *)ptr - 1;
  if (b->taken != 1) abort();
  b->taken = 0;
  b->next = available[b->class];
  available[b->class] = b;
}

void *realloc(void *old, size_t size) {
  if (!old) return malloc(size);
  block *b = (block *)old - 1;
  size_t held = ((size_t)1 << b->class) - sizeof(block);
  if (size <= held) return old;
  void *moved = malloc(size);
  if (!moved) return 0;
  memcpy(moved, old, held);
  free(old);
  return moved;
}

void *memcpy(void *restrict to, const void *restrict from, size_t size) {
  __builtin_memcpy(to, from, size);
  return to;
}

void *memchr(const void *bytes, int byte, size_t size) {
  for (const uint8_t *p = bytes, *end = p + size; p < end; p++)
    if (*p == (uint8_t)byte) return (void *)p;
  return 0;
}

size_t strlen(const char *text) {
  size_t n = 0;
  while (text[n]) n++;
  return n;
}
