// What wit-bindgen's glue needs of the standard library; see libc.c.
#pragma once
#include <stddef.h>

void *memcpy(void *restrict to, const void *restrict from, size_t size);
void *memchr(const void *bytes, int byte, size_t size);
size_t strlen(const char *text);
