;; What `torvyn doctor` compiles and runs: a function of a component that answers the sum of two numbers.
(component
  (core module $m
    (func (export "sum") (param i32 i32) (result i32)
      (i32.add (local.get 0) (local.get 1))))
  (core instance $i (instantiate $m))
  (func (export "sum") (param "a" u32) (param "b" u32) (result u32)
    (canon lift (core func $i "sum"))))
