#!/usr/bin/env bash
# Makes the .json and .wasm files beside the .wast files. Made with wasm-tools 1.263.0.
set -euo pipefail
cd "$(dirname "$0")"
for wast in *.wast; do
  wasm-tools json-from-wast "$wast" --output "${wast%.wast}.json" --wasm-dir .
done
