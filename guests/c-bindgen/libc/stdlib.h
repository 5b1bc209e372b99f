// What wit-bindgen's glue needs of the standard library; see libc.c.
#pragma once
#include <stddef.h>

void *malloc(size_t size);
void *realloc(void *old, size_t size);
void free(void *ptr);
_Noreturn void abort(void);
