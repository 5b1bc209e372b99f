// The start of a program whose module exports more than its start. The linker wraps each export of a program in constructors
// and destructors unless something calls the constructors by name; and a wrapped cabi_realloc would flush the standard
// output while the host lowers a value, when a component may not be left.
#pragma once
#include <stdlib.h>

void __wasm_call_ctors(void);
static int program(int argc, char **argv);

int main(int argc, char **argv) {
  __wasm_call_ctors();
  exit(program(argc, argv));
}
