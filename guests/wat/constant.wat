;; Processor that answers every element with the same text, whatever it gets. The text stands in a data segment: change
;; these bytes in the binary, and the output changes.
(component $constant
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
    (export "[method]mutable-buffer.append" (func
      (param "self" (borrow $mutable-buffer)) (param "bytes" (list u8)) (result (result (error $buffer-error)))))
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
    (alias outer $constant $mutable-buffer (type $outer-mutable-buffer))
    (export "mutable-buffer" (type $mutable-buffer (eq $outer-mutable-buffer)))
    (alias outer $constant $buffer-error (type $outer-buffer-error))
    (export "buffer-error" (type $buffer-error (eq $outer-buffer-error)))
    (export "allocate" (func
      (param "capacity-hint" u64) (result (result (own $mutable-buffer) (error $buffer-error)))))
  ))

  ;; Memory map: 0 results of imports, 64 the result of process, 256 the two texts, 32768 where the host puts its own.
  (core module $Memory
    (memory (export "memory") 1)
    (func $realloc (export "realloc") (param i32 i32 i32 i32) (result i32)
      ;; Only the content type of an element and the reason of a refusal come here, and neither is kept.
      (if (i32.gt_u (local.get 3) (i32.const 32768)) (then (unreachable)))
      (i32.const 32768)))
  (core instance $memory (instantiate $Memory))
  (alias core export $memory "memory" (core memory $shared))
  (alias core export $memory "realloc" (core func $realloc))

  (core func $allocate
    (canon lower (func $allocator "allocate") (memory $shared) (realloc $realloc)))
  (core func $append
    (canon lower (func $types "[method]mutable-buffer.append") (memory $shared) (realloc $realloc)))
  (core func $freeze (canon lower (func $types "[method]mutable-buffer.freeze")))
  (core func $drop-buffer (canon resource.drop $buffer))
  (core func $drop-mutable-buffer (canon resource.drop $mutable-buffer))
  (core func $drop-flow-context (canon resource.drop $flow-context))

  (core module $Constant
    (import "memory" "memory" (memory 1))
    (import "host" "allocate" (func $allocate (param i64 i32)))
    (import "host" "append" (func $append (param i32 i32 i32 i32)))
    (import "host" "freeze" (func $freeze (param i32) (result i32)))
    (import "host" "drop-buffer" (func $drop-buffer (param i32)))
    (import "host" "drop-mutable-buffer" (func $drop-mutable-buffer (param i32)))
    (import "host" "drop-flow-context" (func $drop-flow-context (param i32)))
    (data (i32.const 256) "The answer is 42.\0atext/plain")

    (func $process (export "process") (param i64 i64 i32 i32) (param $payload i32) (param $context i32) (result i32)
      (local $mutable i32)
      (call $drop-buffer (local.get $payload))
      (call $drop-flow-context (local.get $context))
      (i32.store8 (i32.const 64) (i32.const 1))    ;; err(unavailable("")) until all is well
      (i32.store8 (i32.const 72) (i32.const 1))
      (i64.store (i32.const 76) (i64.const 0))
      (call $allocate (i64.const 18) (i32.const 0))
      (if (i32.load8_u (i32.const 0)) (then (return (i32.const 64))))
      (local.set $mutable (i32.load (i32.const 4)))
      (call $append (local.get $mutable) (i32.const 256) (i32.const 18) (i32.const 0))
      (if (i32.eqz (i32.load8_u (i32.const 0)))
        (then
          (i32.store8 (i32.const 64) (i32.const 0))      ;; ok
          (i32.store8 (i32.const 72) (i32.const 0))      ;; emit
          (i64.store (i32.const 80) (i64.const 0))       ;; sequence
          (i64.store (i32.const 88) (i64.const 0))       ;; timestamp
          (i32.store (i32.const 96) (i32.const 274))     ;; content type
          (i32.store (i32.const 100) (i32.const 10))
          (i32.store (i32.const 104) (call $freeze (local.get $mutable)))))
      (call $drop-mutable-buffer (local.get $mutable))
      (i32.const 64)))
  (core instance $constant (instantiate $Constant
    (with "memory" (instance $memory))
    (with "host" (instance
      (export "allocate" (func $allocate))
      (export "append" (func $append))
      (export "freeze" (func $freeze))
      (export "drop-buffer" (func $drop-buffer))
      (export "drop-mutable-buffer" (func $drop-mutable-buffer))
      (export "drop-flow-context" (func $drop-flow-context))))))

  (func $process (param "input" $stream-element) (result (result $process-result (error $process-error)))
    (canon lift (core func $constant "process") (memory $shared) (realloc $realloc)))
  (instance $processor (export "process" (func $process)))
  (export "torvyn:streaming/processor@0.1.0" (instance $processor)))
