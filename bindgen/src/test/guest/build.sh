#!/bin/sh
# Builds the component that RoundTripTest runs; needs wasm-tools. The .wasm is committed, so that the build needs no such tool.
set -eu
cd "$(dirname "$0")"
embedded=$(mktemp)
trap 'rm -f "$embedded"' EXIT
wasm-tools component embed --world values values.wit echo.wat -o "$embedded"
wasm-tools component new "$embedded" -o ../resources/io/torvyn/bindgen/echo.wasm
