;; Filter that lets everything pass, and tells others how much that was: beside the filter it exports a tally, which a
;; stage behind it can import.
(component $tally-filter
  (import "torvyn:streaming/types@0.1.0" (instance $types
    (export "buffer" (type $buffer (sub resource)))
    (export "flow-context" (type $flow-context (sub resource)))
    (type $element-meta-fields (record
      (field "sequence" u64) (field "timestamp-ns" u64) (field "content-type" string)))
    (export "element-meta" (type $element-meta (eq $element-meta-fields)))
    (type $stream-element-fields (record
      (field "meta" $element-meta) (field "payload" (borrow $buffer)) (field "context" (borrow $flow-context))))
    (export "stream-element" (type $stream-element (eq $stream-element-fields)))
    (type $process-error-cases (variant
      (case "invalid-input" string) (case "unavailable" string) (case "internal" string)
      (case "deadline-exceeded") (case "fatal" string)))
    (export "process-error" (type $process-error (eq $process-error-cases)))
  ))
  (alias export $types "buffer" (type $buffer))
  (alias export $types "flow-context" (type $flow-context))
  (alias export $types "stream-element" (type $stream-element))
  (alias export $types "process-error" (type $process-error))
  (core func $drop-buffer (canon resource.drop $buffer))
  (core func $drop-flow-context (canon resource.drop $flow-context))

  ;; Memory map: 0 the result of evaluate, 256 the content type, which is not looked at.
  (core module $Filter
    (import "host" "drop-buffer" (func $drop-buffer (param i32)))
    (import "host" "drop-flow-context" (func $drop-flow-context (param i32)))
    (memory (export "memory") 1)
    (global $count (mut i64) (i64.const 0))
    (func (export "realloc") (param i32 i32 i32 i32) (result i32)
      (if (i32.gt_u (local.get 3) (i32.const 32768)) (then (unreachable)))
      (i32.const 256))
    (func (export "evaluate") (param i64 i64 i32 i32) (param $payload i32) (param $context i32) (result i32)
      (call $drop-buffer (local.get $payload))
      (call $drop-flow-context (local.get $context))
      (global.set $count (i64.add (global.get $count) (i64.const 1)))
      (i32.store8 (i32.const 0) (i32.const 0))    ;; ok
      (i32.store8 (i32.const 4) (i32.const 1))    ;; true
      (i32.const 0))
    (func (export "count") (result i64) (global.get $count)))
  (core instance $filter (instantiate $Filter
    (with "host" (instance
      (export "drop-buffer" (func $drop-buffer))
      (export "drop-flow-context" (func $drop-flow-context))))))

  (func $evaluate (param "element" $stream-element) (result (result bool (error $process-error)))
    (canon lift (core func $filter "evaluate") (memory (core memory $filter "memory")) (realloc (core func $filter "realloc"))))
  (func $count (result u64) (canon lift (core func $filter "count")))
  (instance $exported (export "evaluate" (func $evaluate)))
  (instance $tally (export "count" (func $count)))
  (export "torvyn:filtering/filter@0.1.0" (instance $exported))
  (export "acme:tally/tally@1.0.0" (instance $tally)))
