// torvyn:streaming, :filtering and :aggregation@0.1.0 as a freestanding C guest for wasm32 sees them: imports, memory
// layouts and exports of the canonical ABI, and an allocator. A guest includes this header, writes its functions and
// names them with PROCESSOR, SOURCE, SINK, FILTER, ROUTER, AGGREGATOR and LIFECYCLE at the end of its only source file.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint8_t u8;
typedef uint32_t u32;
typedef uint64_t u64;
typedef u32 handle;
typedef struct { u8 *ptr; u32 len; } slice;  // list<u8>, string

#define TEXT(literal) ((slice){(u8 *)(literal), sizeof(literal) - 1})
#define NOINLINE __attribute__((noinline))
#define UNUSED __attribute__((unused))
#define IMPORT_FROM(interface, name) __attribute__((import_module(interface), import_name(name)))
#define IMPORT(interface, name) IMPORT_FROM("torvyn:streaming/" interface "@0.1.0", name)
#define EXPORT_OF(package, interface, name) __attribute__((export_name("torvyn:" package "/" interface "@0.1.0#" name)))
#define EXPORT(interface, name) EXPORT_OF("streaming", interface, name)

enum { CAPACITY_EXCEEDED, OUT_OF_BOUNDS, ALLOCATION_FAILED };                 // buffer-error
enum { INVALID_INPUT, UNAVAILABLE, INTERNAL, DEADLINE_EXCEEDED, FATAL };      // process-error
enum { READY, PAUSE };                                                        // backpressure-signal

typedef struct { u8 tag; slice text; } error;                                       // buffer-error, process-error
typedef struct { u8 err; union { handle ok; error e; }; } result_handle;            // result<mutable-buffer, _>
typedef struct { u8 err; error e; } result_unit;                                    // result<_, _>
typedef struct { u8 err; union { u8 ok; error e; }; } result_signal;                // result<backpressure-signal, _>
typedef struct { u8 err; union { u8 ok; error e; }; } result_bool;                  // result<bool, _>
typedef struct { u64 sequence, timestamp_ns; slice content_type; handle payload; } output_element;
typedef struct { u8 err; union { struct { slice *ptr; u32 len; } ok; error e; }; } result_ports;  // result<list<string>, _>
typedef struct { u8 err; union { struct { output_element *ptr; u32 len; } ok; error e; }; } result_elements;
// Both result<process-result, _> and result<option<output-element>, _>; they differ in the number of their cases.
typedef struct { u64 err; union { struct { u64 tag; output_element element; }; error e; }; } result_element;
enum { PROCESS_EMIT = 0, PROCESS_DROP = 1, PULL_NONE = 0, PULL_SOME = 1 };
_Static_assert(sizeof(result_handle) == 16 && offsetof(result_handle, e) == 4, "result<mutable-buffer, _>");
_Static_assert(sizeof(result_unit) == 16 && offsetof(result_unit, e) == 4, "result<_, _>");
_Static_assert(sizeof(result_signal) == 16 && offsetof(result_signal, e) == 4, "result<backpressure-signal, _>");
_Static_assert(sizeof(result_bool) == 16 && offsetof(result_bool, e) == 4, "result<bool, _>");
_Static_assert(sizeof(result_ports) == 16 && offsetof(result_ports, ok) == 4, "result<list<string>, _>");
_Static_assert(sizeof(result_elements) == 16 && offsetof(result_elements, ok) == 4, "result<list<output-element>, _>");
_Static_assert(sizeof(result_element) == 48 && offsetof(result_element, element) == 16, "result<process-result, _>");
_Static_assert(sizeof(output_element) == 32 && offsetof(output_element, payload) == 24, "output-element");

IMPORT("types", "[method]buffer.size") u64 buffer_size(handle self);
IMPORT("types", "[method]buffer.content-type") void buffer_content_type(handle self, slice *out);
IMPORT("types", "[method]buffer.read") void buffer_read(handle self, u64 offset, u64 len, slice *out);
IMPORT("types", "[method]buffer.read-all") void buffer_read_all(handle self, slice *out);
IMPORT("types", "[resource-drop]buffer") void buffer_drop(handle self);
IMPORT("types", "[method]mutable-buffer.write")
void mutable_write(handle self, u64 offset, const u8 *ptr, u32 len, result_unit *out);
IMPORT("types", "[method]mutable-buffer.append") void mutable_append(handle self, const u8 *ptr, u32 len, result_unit *out);
IMPORT("types", "[method]mutable-buffer.size") u64 mutable_size(handle self);
IMPORT("types", "[method]mutable-buffer.capacity") u64 mutable_capacity(handle self);
IMPORT("types", "[method]mutable-buffer.set-content-type") void mutable_set_content_type(handle self, const u8 *ptr, u32 len);
IMPORT("types", "[method]mutable-buffer.freeze") handle mutable_freeze(handle self);
IMPORT("types", "[resource-drop]mutable-buffer") void mutable_drop(handle self);
IMPORT("types", "[method]flow-context.trace-id") void context_trace_id(handle self, slice *out);
IMPORT("types", "[method]flow-context.span-id") void context_span_id(handle self, slice *out);
IMPORT("types", "[method]flow-context.deadline-ns") u64 context_deadline_ns(handle self);
IMPORT("types", "[method]flow-context.flow-id") void context_flow_id(handle self, slice *out);
IMPORT("types", "[resource-drop]flow-context") void context_drop(handle self);
IMPORT("buffer-allocator", "allocate") void allocate(u64 capacity_hint, result_handle *out);
IMPORT("buffer-allocator", "clone-into-mutable") void clone_into_mutable(handle source, result_handle *out);

// Allocator: the heap only grows during a call, and every export rewinds it before it returns. What the host lifts
// from a result lies there still: nothing is allocated between the return and the end of lifting.
extern u8 __heap_base;
static u32 heap_top, heap_end;

static inline void heap_rewind(void) { heap_top = (u32)&__heap_base; }

static void *heap_resize(void *old, u32 old_size, u32 align, u32 size) {
  if (!heap_end) {
    heap_rewind();
    heap_end = (u32)__builtin_wasm_memory_size(0) << 16;
  }
  u64 at = ((u64)heap_top + align - 1) & -(u64)align, top = at + size;
  if (top > heap_end) {
    u32 pages = (u32)((top - heap_end + 0xffff) >> 16);
    if (__builtin_wasm_memory_grow(0, pages) == (size_t)-1) __builtin_trap();
    heap_end += pages << 16;
  }
  heap_top = (u32)top;
  if (old_size) __builtin_memcpy((void *)(u32)at, old, old_size < size ? old_size : size);
  return (void *)(u32)at;
}

UNUSED static inline u8 *heap_take(u32 size) { return heap_resize(0, 0, 1, size); }

// Where the heap ends now; putting this back into heap_top frees what was taken since.
UNUSED static inline u32 heap_mark(void) {
  heap_take(0);
  return heap_top;
}

#ifndef OWN_REALLOC
__attribute__((export_name("cabi_realloc"))) void *cabi_realloc(void *old, u32 old_size, u32 align, u32 size) {
  return heap_resize(old, old_size, align, size);
}
#endif

// What went wrong with a buffer, told as a process-error.
UNUSED static error buffer_failure(error e) {
  switch (e.tag) {
    case CAPACITY_EXCEEDED: return (error){INTERNAL, TEXT("the write does not fit the buffer")};
    case OUT_OF_BOUNDS: return (error){INTERNAL, TEXT("the write lies past the content")};
    default: return (error){UNAVAILABLE, e.text};
  }
}

// allocate, write, freeze, drop; the mutable handle stays ours after `freeze`, which only borrows it.
UNUSED static inline bool make_buffer(slice content, handle *frozen, error *e) {
  result_handle m;
  result_unit w;
  allocate(content.len, &m);
  if (m.err) {
    *e = buffer_failure(m.e);
    return false;
  }
  mutable_write(m.ok, 0, content.ptr, content.len, &w);
  if (w.err) {
    mutable_drop(m.ok);
    *e = buffer_failure(w.e);
    return false;
  }
  *frozen = mutable_freeze(m.ok);
  mutable_drop(m.ok);
  return true;
}

// One call's element. A guest that wants to keep a borrow past its call sets the handle here to 0.
typedef struct { u64 sequence, timestamp_ns; slice content_type; handle payload, context; } element;

UNUSED static inline void drop(result_element *out) {
  out->err = 0;
  out->tag = PROCESS_DROP;
}

UNUSED static inline void emit_buffer(const element *in, handle payload, result_element *out) {
  out->err = 0;
  out->tag = PROCESS_EMIT;
  out->element = (output_element){in->sequence, in->timestamp_ns, in->content_type, payload};
}

UNUSED static inline void emit(const element *in, slice content, result_element *out) {
  handle payload;
  error e;
  if (make_buffer(content, &payload, &e)) {
    emit_buffer(in, payload, out);
  } else {
    out->err = 1;
    out->e = e;
  }
}

UNUSED static inline void some(slice content_type, slice content, result_element *out) {
  emit(&(element){.content_type = content_type}, content, out);
  if (!out->err) out->tag = PULL_SOME;
}

UNUSED static inline void none(result_element *out) {
  out->err = 0;
  out->tag = PULL_NONE;
}

#define FAIL(out, kind, message) ((out)->err = 1, (out)->e = (error){kind, message})

#define WITH_BORROWS(call)                      \
  call;                                         \
  if (in.payload) buffer_drop(in.payload);      \
  if (in.context) context_drop(in.context);     \
  heap_rewind();

#define ELEMENT_PARAMETERS u64 sequence, u64 timestamp_ns, u8 *type, u32 type_len, handle payload, handle context
#define ELEMENT (element){sequence, timestamp_ns, {type, type_len}, payload, context}

// void function(element *in, result_element *out)
#define PROCESSOR(function)                                                          \
  EXPORT("processor", "process") result_element *process(ELEMENT_PARAMETERS) {       \
    static result_element out;                                                       \
    element in = ELEMENT;                                                            \
    WITH_BORROWS(function(&in, &out))                                                \
    return &out;                                                                     \
  }

// void pull_function(result_element *out), void notify_function(u32 signal)
#define SOURCE(pull_function, notify_function)                                       \
  EXPORT("source", "pull") result_element *pull(void) {                              \
    static result_element out;                                                       \
    pull_function(&out);                                                             \
    heap_rewind();                                                                   \
    return &out;                                                                     \
  }                                                                                  \
  EXPORT("source", "notify-backpressure") void notify_backpressure(u32 signal) { notify_function(signal); }

// void push_function(element *in, result_signal *out), void complete_function(result_unit *out); both find ok(ready)
#define SINK(push_function, complete_function)                                       \
  EXPORT("sink", "push") result_signal *push(ELEMENT_PARAMETERS) {                   \
    static result_signal out;                                                        \
    out.err = 0;                                                                     \
    out.ok = READY;                                                                  \
    element in = ELEMENT;                                                            \
    WITH_BORROWS(push_function(&in, &out))                                           \
    return &out;                                                                     \
  }                                                                                  \
  EXPORT("sink", "complete") result_unit *complete(void) {                           \
    static result_unit out;                                                          \
    out.err = 0;                                                                     \
    complete_function(&out);                                                         \
    heap_rewind();                                                                   \
    return &out;                                                                     \
  }

// void function(element *in, result_bool *out), which finds ok(true)
#define FILTER(function)                                                                              \
  EXPORT_OF("filtering", "filter", "evaluate") result_bool *evaluate(ELEMENT_PARAMETERS) {            \
    static result_bool out;                                                                           \
    out.err = 0;                                                                                      \
    out.ok = true;                                                                                    \
    element in = ELEMENT;                                                                             \
    WITH_BORROWS(function(&in, &out))                                                                 \
    return &out;                                                                                      \
  }

// void function(element *in, result_ports *out), which finds ok of no ports
#define ROUTER(function)                                                                              \
  EXPORT_OF("filtering", "router", "route") result_ports *route(ELEMENT_PARAMETERS) {                 \
    static result_ports out;                                                                          \
    out.err = 0;                                                                                      \
    out.ok.len = 0;                                                                                   \
    element in = ELEMENT;                                                                             \
    WITH_BORROWS(function(&in, &out))                                                                 \
    return &out;                                                                                      \
  }

// void ingest_function(element *in, result_element *out), void flush_function(result_elements *out); the latter finds ok
// of no elements
#define AGGREGATOR(ingest_function, flush_function)                                                   \
  EXPORT_OF("aggregation", "aggregator", "ingest") result_element *ingest(ELEMENT_PARAMETERS) {       \
    static result_element out;                                                                        \
    element in = ELEMENT;                                                                             \
    WITH_BORROWS(ingest_function(&in, &out))                                                          \
    return &out;                                                                                      \
  }                                                                                                   \
  EXPORT_OF("aggregation", "aggregator", "flush") result_elements *flush(void) {                      \
    static result_elements out;                                                                       \
    out.err = 0;                                                                                      \
    out.ok.len = 0;                                                                                   \
    flush_function(&out);                                                                             \
    heap_rewind();                                                                                    \
    return &out;                                                                                      \
  }

// void init_function(slice config, result_unit *out), which finds ok; void teardown_function(void)
#define LIFECYCLE(init_function, teardown_function)                                  \
  EXPORT("lifecycle", "init") result_unit *init(u8 *config, u32 len) {               \
    static result_unit out;                                                          \
    out.err = 0;                                                                     \
    init_function((slice){config, len}, &out);                                       \
    heap_rewind();                                                                   \
    return &out;                                                                     \
  }                                                                                  \
  EXPORT("lifecycle", "teardown") void teardown(void) { teardown_function(); }

UNUSED static inline void ignore_signal(u32 signal) { (void)signal; }
UNUSED static inline void no_teardown(void) {}
UNUSED static inline void no_complete(result_unit *out) { (void)out; }
