;; Processor that emits a clone of its input and names every interface without a version, as older guests do. Of `types`
;; it declares only what it uses.
(component $unversioned
  (import "torvyn:streaming/types" (instance $types
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

  (import "torvyn:streaming/buffer-allocator" (instance $allocator
    (alias outer $unversioned $buffer (type $outer-buffer))
    (export "buffer" (type $buffer (eq $outer-buffer)))
    (alias outer $unversioned $mutable-buffer (type $outer-mutable-buffer))
    (export "mutable-buffer" (type $mutable-buffer (eq $outer-mutable-buffer)))
    (alias outer $unversioned $buffer-error (type $outer-buffer-error))
    (export "buffer-error" (type $buffer-error (eq $outer-buffer-error)))
    (export "clone-into-mutable" (func
      (param "source" (borrow $buffer)) (result (result (own $mutable-buffer) (error $buffer-error)))))
  ))

  ;; Memory map: 0 result of the clone, 64 the result of process, 1024 where the host puts its texts.
  (core module $Memory
    (memory (export "memory") 1)
    (func $realloc (export "realloc") (param i32 i32 i32 i32) (result i32)
      (if (i32.gt_u (local.get 3) (i32.const 64512)) (then (unreachable)))
      (i32.const 1024)))
  (core instance $memory (instantiate $Memory))
  (alias core export $memory "memory" (core memory $shared))
  (alias core export $memory "realloc" (core func $realloc))

  (core func $clone
    (canon lower (func $allocator "clone-into-mutable") (memory $shared) (realloc $realloc)))
  (core func $freeze (canon lower (func $types "[method]mutable-buffer.freeze")))
  (core func $drop-buffer (canon resource.drop $buffer))
  (core func $drop-mutable-buffer (canon resource.drop $mutable-buffer))
  (core func $drop-flow-context (canon resource.drop $flow-context))

  (core module $Clone
    (import "memory" "memory" (memory 1))
    (import "host" "clone" (func $clone (param i32 i32)))
    (import "host" "freeze" (func $freeze (param i32) (result i32)))
    (import "host" "drop-buffer" (func $drop-buffer (param i32)))
    (import "host" "drop-mutable-buffer" (func $drop-mutable-buffer (param i32)))
    (import "host" "drop-flow-context" (func $drop-flow-context (param i32)))

    (func $process (export "process")
      (param $sequence i64) (param $timestamp i64) (param $type i32) (param $type-length i32)
      (param $payload i32) (param $context i32) (result i32)
      (call $clone (local.get $payload) (i32.const 0))
      (call $drop-buffer (local.get $payload))
      (call $drop-flow-context (local.get $context))
      (if (i32.load8_u (i32.const 0))
        (then                                                ;; err(unavailable(text)): 4 case, 8 text
          (i32.store8 (i32.const 64) (i32.const 1))
          (i32.store8 (i32.const 72) (i32.const 1))
          (i64.store (i32.const 76)
            (select (i64.load (i32.const 8)) (i64.const 0) (i32.eq (i32.load8_u (i32.const 4)) (i32.const 2)))))
        (else                                                ;; ok(emit(element)): 4 handle
          (i32.store8 (i32.const 64) (i32.const 0))
          (i32.store8 (i32.const 72) (i32.const 0))
          (i64.store (i32.const 80) (local.get $sequence))
          (i64.store (i32.const 88) (local.get $timestamp))
          (i32.store (i32.const 96) (local.get $type))
          (i32.store (i32.const 100) (local.get $type-length))
          (i32.store (i32.const 104) (call $freeze (i32.load (i32.const 4))))
          (call $drop-mutable-buffer (i32.load (i32.const 4)))))
      (i32.const 64)))
  (core instance $clone (instantiate $Clone
    (with "memory" (instance $memory))
    (with "host" (instance
      (export "clone" (func $clone))
      (export "freeze" (func $freeze))
      (export "drop-buffer" (func $drop-buffer))
      (export "drop-mutable-buffer" (func $drop-mutable-buffer))
      (export "drop-flow-context" (func $drop-flow-context))))))

  (func $process (param "input" $stream-element) (result (result $process-result (error $process-error)))
    (canon lift (core func $clone "process") (memory $shared) (realloc $realloc)))
  (instance $processor (export "process" (func $process)))
  (export "torvyn:streaming/processor" (instance $processor)))
