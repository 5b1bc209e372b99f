#!/bin/sh
# Builds every guest component from its source.
#
#   guests/build.sh               into src/main/resources/io/torvyn/guests, and the examples' next to their sources
#   guests/build.sh FOLDER        into FOLDER instead, all of them
#
# The same tool versions give the same bytes; those that made the committed files are in guests/tools.txt.
set -eu
export LC_ALL=C
here=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$here")
folder=${1:-}
[ -z "$folder" ] || { mkdir -p "$folder" && folder=$(cd "$folder" && pwd); }
PATH=$PATH:${CARGO_HOME:-$HOME/.cargo}/bin

CLANG=${CLANG:-clang-19}
WASM_LD=${WASM_LD:-wasm-ld-19}
missing=
need() { # command, how to get it
  command -v "$1" > /dev/null 2>&1 && return
  echo "guests/build.sh: $1 is missing; $2" >&2
  missing=yes
}
need "$CLANG" "install clang 19 (Debian, Ubuntu: apt-get install clang-19), or set CLANG"
need "$WASM_LD" "install lld 19 (Debian, Ubuntu: apt-get install lld-19), or set WASM_LD"
need wasm-tools "cargo install --locked wasm-tools@1.263.0"
need wit-bindgen "cargo install --locked wit-bindgen-cli@0.63.0"
need rustc "install Rust (https://rustup.rs)"
need cargo "install Rust (https://rustup.rs)"
for target in wasm32-wasip2 wasm32-unknown-unknown; do
  if command -v rustc > /dev/null 2>&1 && [ ! -d "$(rustc --print target-libdir --target $target)" ]; then
    echo "guests/build.sh: Rust has no target $target; rustup target add $target" >&2
    missing=yes
  fi
done
WASI_SYSROOT=${WASI_SYSROOT:-/usr}
if [ ! -f "$WASI_SYSROOT/lib/wasm32-wasi/libc.a" ]; then
  echo "guests/build.sh: wasi-libc is missing; install it and clang's builtins for it (Debian, Ubuntu: apt-get install" \
    "wasi-libc libclang-rt-19-dev-wasm32), or set WASI_SYSROOT" >&2
  missing=yes
fi
[ -z "$missing" ] || exit 3

versions() {
  "$CLANG" --version | sed -n 's/.*clang version \([0-9.]*\).*/clang \1/p'
  "$WASM_LD" --version | sed -n 's/.*LLD \([0-9.]*\).*/lld \1/p'
  wasm-tools --version | sed 's/^\(wasm-tools [0-9.]*\).*/\1/'
  rustc --version | sed 's/^\(rustc [0-9.]*\).*/\1/'
  wit-bindgen --version | sed 's/^wit-bindgen-cli \([0-9.]*\).*/wit-bindgen \1/'
  # It has no version of its own.
  printf 'wasi-libc %.16s\n' "$(sha256sum < "$WASI_SYSROOT/lib/wasm32-wasi/libc.a")"
}

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# Our worlds and what they import, and the contracts where they are kept.
cp -R "$here/wit" "$tmp/wit"
for package in torvyn-streaming torvyn-filtering torvyn-aggregation; do
  cp -R "$root/contracts/src/main/resources/io/torvyn/contracts/wit/$package" "$tmp/wit/deps/"
done
mkdir "$tmp/core"
# Worlds over the whole of WASI as our host has it.
cp -R "$here/wit-wasi" "$tmp/wit-wasi"
cp -R "$root"/wasi/src/main/resources/io/torvyn/wasi/wit/* "$tmp/wit-wasi/deps/"

place() { # name, folder it lives in
  if [ -n "$folder" ]; then target=$folder; else target=$2; fi
  mkdir -p "$target"
  wasm-tools validate --features all "$tmp/$1.wasm"
  cp "$tmp/$1.wasm" "$target/$1.wasm"
}
resources=$here/src/main/resources/io/torvyn/guests

compile() { # object, source, clang arguments
  object=$1 source=$2
  shift 2
  "$CLANG" --target=wasm32 -std=c17 -O3 -g0 -mcpu=mvp -mbulk-memory -msign-ext -ffreestanding -fno-builtin -fno-ident \
    -Wall -Wextra -Werror "$@" -c "$source" -o "$object"
}

link() { # output, objects
  output=$1
  shift
  # Debugging data goes, names of functions stay: a backtrace through a guest can be read.
  "$WASM_LD" --no-entry --stack-first -z stack-size=16384 --strip-debug "$@" -o "$output"
}

component() { # core module, component
  wasm-tools strip --delete '^(producers|target_features)$' "$1" -o "$1.stripped"
  wasm-tools component new "$1.stripped" -o "$2.new"
  wasm-tools strip --delete '^producers$' "$2.new" -o "$2"
}

c() { # name, world, source, folder, [folder of WIT]
  name=$1 world=$2 source=$3 into=$4 wit=${5:-wit}
  compile "$tmp/core/$name.o" "$source" -I "$here/c"
  link "$tmp/core/$name" "$tmp/core/$name.o"
  wasm-tools component embed --features clocks-timezone --world "$world" "$tmp/$wit" "$tmp/core/$name" -o "$tmp/core/$name.embedded"
  component "$tmp/core/$name.embedded" "$tmp/$name.wasm"
  place "$name" "$into"
}
guest() { # name, world, [folder of WIT]
  c "$1" "$2" "$here/c/$1.c" "$resources" "${3:-wit}"
}
example() { # example, name, world
  c "$2" "$3" "$root/examples/$1/components/$2/$2.c" "$root/examples/$1/components/$2"
}

bindgen() { # name, world, name of the generated files, [folder of WIT]: C with the glue of wit-bindgen, made here, not kept
  name=$1 world=$2 glue=$3 wit=${4:-wit}
  out=$tmp/core/$name.glue
  wit-bindgen c --world "$world" --out-dir "$out" "$tmp/$wit" > "$tmp/log" 2>&1 || { cat "$tmp/log" >&2; exit 1; }
  compile "$out/source.o" "$here/c-bindgen/$name.c" -isystem "$here/c-bindgen/libc" -isystem "$out"
  compile "$out/$glue.o" "$out/$glue.c" -isystem "$here/c-bindgen/libc" -I "$out" -w
  compile "$out/libc.o" "$here/c-bindgen/libc/libc.c" -I "$here/c-bindgen/libc"
  link "$tmp/core/$name" "$out/source.o" "$out/$glue.o" "$out/libc.o" "$out/${glue}_component_type.o"
  component "$tmp/core/$name" "$tmp/$name.wasm"
  place "$name" "$resources"
}

rust() { # name, [level of optimization]: a program with the standard library, which brings WASI
  (cd "$here" && rustc --edition 2021 --target wasm32-wasip2 -C opt-level="${2:-z}" -C lto=fat -C codegen-units=1 -C panic=abort \
    -C strip=symbols -D warnings "rust/$1.rs" -o "$tmp/core/$1.component")
  wasm-tools strip --delete '^(producers|target_features)$' "$tmp/core/$1.component" -o "$tmp/$1.wasm"
  place "$1" "$resources"
}

rust_bindgen() { # name, world, target, stripped: a stage in Rust with the glue of wit-bindgen (made here, not kept)
  name=$1 world=$2 target=$3 stripped=$4
  glue=$(echo "${world##*/}" | sed 's/@.*//; s/-/_/g')
  out=$tmp/core/$name.glue
  wit-bindgen rust --world "$world" --runtime-path crate::rt --generate-all --out-dir "$out" "$tmp/wit" > "$tmp/log" 2>&1 ||
    { cat "$tmp/log" >&2; exit 1; }
  (cd "$here" && GLUE=$out/$glue.rs rustc --edition 2024 --crate-type cdylib --crate-name "$(echo "$name" | tr - _)" \
    --target "$target" --remap-path-prefix "$out=" -C opt-level=z -C lto=fat -C codegen-units=1 -C panic=abort \
    -C strip="$stripped" -D warnings "rust-bindgen/$name.rs" -o "$tmp/core/$name")
}

rust_core() { # name, world: without the standard library
  rust_bindgen "$1" "$2" wasm32-unknown-unknown debuginfo
  component "$tmp/core/$1" "$tmp/$1.wasm"
  place "$1" "$resources"
}

rust_std() { # name, world: with it, which brings WASI and makes the component
  rust_bindgen "$1" "$2" wasm32-wasip2 symbols
  wasm-tools strip --delete '^(producers|target_features)$' "$tmp/core/$1" -o "$tmp/$1.wasm"
  place "$1" "$resources"
}

adapters=$(cargo metadata --locked --format-version 1 --manifest-path "$here/preview1-adapter/Cargo.toml" |
  grep -o '[^"]*/wasi-preview1-component-adapter-provider-[^"/]*/' | head -n 1)artefacts

wasi_c() { # name, reactor or command, [world, name of the generated files, folder of WIT]: C with wasi-libc, for preview 1
  name=$1 kind=$2 world=${3:-} glue=${4:-} wit=${5:-wit}
  out=$tmp/core/$name.glue
  set -- --target=wasm32-wasi --sysroot="$WASI_SYSROOT" -std=gnu17 -Oz -g0 -mcpu=mvp -mbulk-memory -msign-ext -fno-ident
  mkdir "$out"
  objects=$out/source.o
  if [ -n "$world" ]; then
    wit-bindgen c --world "$world" --out-dir "$out" "$tmp/$wit" > "$tmp/log" 2>&1 || { cat "$tmp/log" >&2; exit 1; }
    "$CLANG" "$@" -I "$out" -w -c "$out/$glue.c" -o "$out/glue.o"
    objects="$objects $out/glue.o $out/${glue}_component_type.o"
  fi
  "$CLANG" "$@" -I "$out" -Wall -Wextra -Werror -c "$here/c-wasi/$name.c" -o "$out/source.o"
  # shellcheck disable=SC2086 # several objects
  "$CLANG" --target=wasm32-wasi --sysroot="$WASI_SYSROOT" -mexec-model="$kind" -fuse-ld="$(command -v "$WASM_LD")" \
    -Wl,--stack-first,-z,stack-size=65536,--strip-debug $objects -o "$tmp/core/$name"
  wasm-tools component new "$tmp/core/$name" --adapt "wasi_snapshot_preview1=$adapters/wasi_snapshot_preview1.$kind.wasm" \
    -o "$tmp/$name.new"
  # The names of the library's and the adapter's functions would be a third of it.
  wasm-tools strip --all "$tmp/$name.new" -o "$tmp/$name.wasm"
  place "$name" "$resources"
}

wat() { # name
  wasm-tools parse "$here/wat/$1.wat" -o "$tmp/$1.wasm"
  place "$1" "$resources"
}

example hello-world hello-source torvyn:streaming/data-source@0.1.0
example hello-world hello-sink torvyn:guests/printing-sink
example stream-transform json-source torvyn:streaming/data-source@0.1.0
example stream-transform json-transform torvyn:streaming/managed-transform@0.1.0
example stream-transform json-sink torvyn:guests/printing-sink
example token-streaming token-source torvyn:streaming/data-source@0.1.0
example token-streaming content-filter torvyn:guests/printing-filter
example token-streaming sentence-aggregator torvyn:aggregation/stream-aggregator@0.1.0
example token-streaming output-sink torvyn:guests/printing-sink
example backpressure-demo fast-source torvyn:streaming/data-source@0.1.0
example backpressure-demo slow-sink torvyn:guests/printing-sink
example event-enrichment event-source torvyn:streaming/data-source@0.1.0
example event-enrichment geo-enricher torvyn:streaming/managed-transform@0.1.0
example event-enrichment severity-classifier torvyn:streaming/managed-transform@0.1.0
example event-enrichment alert-sink torvyn:guests/printing-sink
example fan-out mixed-source torvyn:streaming/data-source@0.1.0
example fan-out event-router torvyn:filtering/content-router@0.1.0
example fan-out metric-proc torvyn:streaming/managed-transform@0.1.0
example fan-out log-proc torvyn:streaming/managed-transform@0.1.0
example fan-out metric-sink torvyn:guests/printing-sink
example fan-out log-sink torvyn:guests/printing-sink
example log-filter grep torvyn:streaming/managed-transform@0.1.0
example log-filter rewrite torvyn:streaming/managed-transform@0.1.0

guest source torvyn:streaming/data-source@0.1.0
guest copy torvyn:streaming/transform@0.1.0
guest upper torvyn:streaming/transform@0.1.0
guest sink torvyn:streaming/data-sink@0.1.0

guest append-thrice torvyn:streaming/managed-transform@0.1.0
guest batch torvyn:aggregation/stream-aggregator@0.1.0
guest bad-realloc torvyn:guests/asking-transform
guest buffer-rules torvyn:streaming/transform@0.1.0
guest calls torvyn:calls/all-calls@0.1.0
guest clone torvyn:streaming/transform@0.1.0
guest containing torvyn:filtering/content-filter@0.1.0
guest dice torvyn:streaming/managed-transform@0.1.0
guest dice-filter torvyn:filtering/content-filter@0.1.0
guest dice-router torvyn:filtering/content-router@0.1.0
guest dice-sink torvyn:streaming/data-sink@0.1.0
guest dice-source torvyn:streaming/data-source@0.1.0
guest drop-every-second torvyn:streaming/transform@0.1.0
guest every-nth torvyn:filtering/content-filter@0.1.0
guest faulty torvyn:streaming/managed-transform@0.1.0
guest faulty-sink torvyn:streaming/data-sink@0.1.0
guest faulty-source torvyn:streaming/data-source@0.1.0
guest file-sink torvyn:guests/writing-sink
guest file-source torvyn:guests/reading-source
guest lifecycle-log torvyn:guests/printing-transform
guest missing-import torvyn:guests/needy-transform
guest notified-source torvyn:streaming/data-source@0.1.0
guest pause-sink torvyn:streaming/data-sink@0.1.0
guest pieces torvyn:streaming/managed-transform@0.1.0
guest post-return torvyn:streaming/managed-transform@0.1.0
guest signpost torvyn:filtering/content-router@0.1.0
guest slow torvyn:streaming/managed-transform@0.1.0
guest tally-sink torvyn:streaming/data-sink@0.1.0
guest traced torvyn:streaming/transform@0.1.0
guest timezone torvyn:timezone/timezone@0.1.0 wit-wasi
guest waiting-source torvyn:guests/waiting-source
guest wasi-calls torvyn:wasi-calls/wasi-calls@0.1.0 wit-wasi
guest wasi-probe torvyn:guests/probing-transform

bindgen owners torvyn:owners/owners@0.1.0 owners
bindgen places torvyn:places/places@0.1.0 places
bindgen requests torvyn:requests/requests@0.1.0 requests wit-wasi
bindgen reverse torvyn:streaming/managed-transform@0.1.0 managed_transform
bindgen shop acme:shop/shop@0.1.0 shop

rust net
rust files
rust rates 3
rust_core stamp torvyn:guests/stamping-transform
rust_std journal-sink torvyn:streaming/data-sink@0.1.0

wasi_c line-source reactor torvyn:streaming/data-source@0.1.0 data_source
wasi_c posix command
wasi_c fetch command torvyn:requests/fetch@0.1.0 fetch wit-wasi

wat constant
wat even-filter
wat identity
wat tally-filter
wat unversioned

# constant, with a start function that never returns
sed 's/(core module $Memory$/&\
    (func $loop (loop $again (br $again)))\
    (func $begin (call $loop))\
    (start $begin)/' "$here/wat/constant.wat" > "$tmp/endless-start.wat"
wasm-tools parse "$tmp/endless-start.wat" -o "$tmp/endless-start.wasm"
place endless-start "$resources"

# every-nth and batch under the names that older guests have: in torvyn:streaming, and without versions
alias() { # name, guest, interface
  wasm-tools print "$tmp/$2.wasm" | sed "s|torvyn:[a-z]*/$3@0\.1\.0|torvyn:streaming/$3|g; s|\(torvyn:streaming/[a-z-]*\)@0\.1\.0|\1|g" \
    > "$tmp/$1.wat"
  wasm-tools parse "$tmp/$1.wat" -o "$tmp/$1.wasm"
  place "$1" "$resources"
}
alias streaming-filter every-nth filter
alias streaming-router signpost router
alias streaming-aggregator batch aggregator

# Last, so that it tells of a whole build.
if [ -n "$folder" ]; then versions > "$folder/tools.txt"; else versions > "$here/tools.txt"; fi
