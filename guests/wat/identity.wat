;; Processor that emits what it gets, in the component model's text format and without any toolchain: read-all, allocate,
;; write, freeze. World `transform`.
;;
;; The lowered imports need a memory and a realloc before the module that calls them exists. So both live in a module of
;; their own, and the two modules share the memory; toolchains break the same knot with a table that they fill in later.
(component $identity
  (import "torvyn:streaming/types@0.1.0" (instance $types
    (export "buffer" (type $buffer (sub resource)))
    (export "mutable-buffer" (type $mutable-buffer (sub resource)))
    (export "flow-context" (type $flow-context (sub resource)))
    (type $buffer-error-cases (variant
      (case "capacity-exceeded") (case "out-of-bounds") (case "allocation-failed" string)))
    (export "buffer-error" (type $buffer-error (eq $buffer-error-cases)))
    (type $element-meta-fields (record
      (field "sequence" u64) (field "timestamp-ns" u64) (field "content-type" string)))
    (export "element-meta" (type $element-meta (eq $element-meta-fields)))
    (type $stream-element-fields (record
      (field "meta" $element-meta) (field "payload" (borrow $buffer)) (field "context" (borrow $flow-context))))
    (export "stream-element" (type $stream-element (eq $stream-element-fields)))
    (type $output-element-fields (record (field "meta" $element-meta) (field "payload" (own $buffer))))
    (export "output-element" (type $output-element (eq $output-element-fields)))
    (type $process-result-cases (variant (case "emit" $output-element) (case "drop")))
    (export "process-result" (type $process-result (eq $process-result-cases)))
    (type $process-error-cases (variant
      (case "invalid-input" string) (case "unavailable" string) (case "internal" string)
      (case "deadline-exceeded") (case "fatal" string)))
    (export "process-error" (type $process-error (eq $process-error-cases)))
    (export "[method]buffer.read-all" (func
      (param "self" (borrow $buffer)) (result (list u8))))
    (export "[method]mutable-buffer.write" (func
      (param "self" (borrow $mutable-buffer)) (param "offset" u64) (param "bytes" (list u8))
      (result (result (error $buffer-error)))))
    (export "[method]mutable-buffer.freeze" (func
      (param "self" (borrow $mutable-buffer)) (result (own $buffer))))
  ))
  (alias export $types "buffer" (type $buffer))
  (alias export $types "mutable-buffer" (type $mutable-buffer))
  (alias export $types "flow-context" (type $flow-context))
  (alias export $types "buffer-error" (type $buffer-error))
  (alias export $types "stream-element" (type $stream-element))
  (alias export $types "process-result" (type $process-result))
  (alias export $types "process-error" (type $process-error))

  (import "torvyn:streaming/buffer-allocator@0.1.0" (instance $allocator
    (alias outer $identity $mutable-buffer (type $outer-mutable-buffer))
    (export "mutable-buffer" (type $mutable-buffer (eq $outer-mutable-buffer)))
    (alias outer $identity $buffer-error (type $outer-buffer-error))
    (export "buffer-error" (type $buffer-error (eq $outer-buffer-error)))
    (export "allocate" (func
      (param "capacity-hint" u64) (result (result (own $mutable-buffer) (error $buffer-error)))))
  ))

  ;; Memory map: 0 results of imports, 128 the result of process, 1024 heap, rewound after each call.
  (core module $Memory
    (memory (export "memory") 1)
    (global $top (mut i32) (i32.const 1024))
    (func $rewind (export "rewind")
      (global.set $top (i32.const 1024)))
    (func $realloc (export "realloc") (param $old i32) (param $old-size i32) (param $align i32) (param $size i32) (result i32)
      (local $at i32) (local $lack i32)
      (local.set $at
        (i32.and
          (i32.add (global.get $top) (i32.sub (local.get $align) (i32.const 1)))
          (i32.sub (i32.const 0) (local.get $align))))
      (global.set $top (i32.add (local.get $at) (local.get $size)))
      (local.set $lack
        (i32.sub (global.get $top) (i32.mul (memory.size) (i32.const 65536))))
      (if (i32.gt_s (local.get $lack) (i32.const 0))
        (then
          (if (i32.eq
                (memory.grow (i32.shr_u (i32.add (local.get $lack) (i32.const 65535)) (i32.const 16)))
                (i32.const -1))
            (then (unreachable)))))
      (memory.copy (local.get $at) (local.get $old)
        (select (local.get $old-size) (local.get $size) (i32.lt_u (local.get $old-size) (local.get $size))))
      (local.get $at)))
  (core instance $memory (instantiate $Memory))
  (alias core export $memory "memory" (core memory $shared))
  (alias core export $memory "realloc" (core func $realloc))

  (core func $read-all
    (canon lower (func $types "[method]buffer.read-all") (memory $shared) (realloc $realloc)))
  (core func $allocate
    (canon lower (func $allocator "allocate") (memory $shared) (realloc $realloc)))
  (core func $write
    (canon lower (func $types "[method]mutable-buffer.write") (memory $shared) (realloc $realloc)))
  (core func $freeze (canon lower (func $types "[method]mutable-buffer.freeze")))
  (core func $drop-buffer (canon resource.drop $buffer))
  (core func $drop-mutable-buffer (canon resource.drop $mutable-buffer))
  (core func $drop-flow-context (canon resource.drop $flow-context))

  (core module $Identity
    (import "memory" "memory" (memory 1))
    (import "memory" "rewind" (func $rewind))
    (import "host" "read-all" (func $read-all (param i32 i32)))
    (import "host" "allocate" (func $allocate (param i64 i32)))
    (import "host" "write" (func $write (param i32 i64 i32 i32 i32)))
    (import "host" "freeze" (func $freeze (param i32) (result i32)))
    (import "host" "drop-buffer" (func $drop-buffer (param i32)))
    (import "host" "drop-mutable-buffer" (func $drop-mutable-buffer (param i32)))
    (import "host" "drop-flow-context" (func $drop-flow-context (param i32)))

    ;; result<process-result, process-error>: 0 ok or err; ok: 8 case, 16 output-element; err: 8 case, 12 text.
    ;; output-element: 0 sequence, 8 timestamp, 16 content type, 24 payload.
    (func $process (export "process")
      (param $sequence i64) (param $timestamp i64) (param $type i32) (param $type-length i32)
      (param $payload i32) (param $context i32) (result i32)
      (call $copy (local.get $payload))
      (i64.store offset=144 (i32.const 0) (local.get $sequence))
      (i64.store offset=152 (i32.const 0) (local.get $timestamp))
      (if (i32.eqz (i32.load8_u offset=128 (i32.const 0)))
        (then
          (i32.store offset=160 (i32.const 0) (local.get $type))
          (i32.store offset=164 (i32.const 0) (local.get $type-length))))
      (call $drop-buffer (local.get $payload))
      (call $drop-flow-context (local.get $context))
      (call $rewind)
      (i32.const 128))

    ;; Stores ok(emit) with the copy's handle, or an error.
    (func $copy (param $payload i32)
      (local $mutable i32)
      (call $read-all (local.get $payload) (i32.const 0))            ;; 0 address, 4 length
      (call $allocate (i64.load32_u (i32.const 4)) (i32.const 16))   ;; 16 ok or err; 20 handle or case, 24 text
      (if (i32.load8_u (i32.const 16))
        (then
          (call $fail)
          (return)))
      (local.set $mutable (i32.load (i32.const 20)))
      (call $write (local.get $mutable) (i64.const 0) (i32.load (i32.const 0)) (i32.load (i32.const 4)) (i32.const 16))
      (if (i32.load8_u (i32.const 16))
        (then (call $fail))
        (else
          (i32.store8 (i32.const 128) (i32.const 0))
          (i32.store8 (i32.const 136) (i32.const 0))
          (i32.store (i32.const 168) (call $freeze (local.get $mutable)))))
      (call $drop-mutable-buffer (local.get $mutable)))

    ;; Stores err(unavailable(text)), with the text of allocation-failed or none.
    (func $fail
      (i32.store8 (i32.const 128) (i32.const 1))
      (i32.store8 (i32.const 136) (i32.const 1))
      (i64.store (i32.const 140) (i64.const 0))
      (if (i32.eq (i32.load8_u (i32.const 20)) (i32.const 2))
        (then (i64.store (i32.const 140) (i64.load (i32.const 24)))))))
  (core instance $identity (instantiate $Identity
    (with "memory" (instance $memory))
    (with "host" (instance
      (export "read-all" (func $read-all))
      (export "allocate" (func $allocate))
      (export "write" (func $write))
      (export "freeze" (func $freeze))
      (export "drop-buffer" (func $drop-buffer))
      (export "drop-mutable-buffer" (func $drop-mutable-buffer))
      (export "drop-flow-context" (func $drop-flow-context))))))

  (func $process (param "input" $stream-element) (result (result $process-result (error $process-error)))
    (canon lift (core func $identity "process") (memory $shared) (realloc $realloc)))
  (instance $processor (export "process" (func $process)))
  (export "torvyn:streaming/processor@0.1.0" (instance $processor)))
