#!/bin/sh
# Rebuilds every guest into a temporary folder and compares it with the committed one. Exit 1 on any difference.
#
# With the tool versions of guests/tools.txt every byte has to be the same. With others the code may differ, and what is
# compared is what a host sees of a component: its imports, exports and their types.
set -eu
export LC_ALL=C
here=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$here")
PATH=$PATH:${CARGO_HOME:-$HOME/.cargo}/bin
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

"$here/build.sh" "$tmp/new"

mkdir "$tmp/old"
cp "$here"/src/main/resources/io/torvyn/guests/*.wasm "$root"/examples/*/components/*/*.wasm "$tmp/old/"

same_tools=yes
diff "$here/tools.txt" "$tmp/new/tools.txt" > "$tmp/tools.diff" || same_tools=
if [ -z "$same_tools" ]; then
  echo "guests/check.sh: other tools than guests/tools.txt names; imports, exports and types are compared, not bytes" >&2
  cat "$tmp/tools.diff" >&2
fi

differences=0 count=0
differs() {
  echo "guests/check.sh: $1" >&2
  differences=$((differences + 1))
}
for new in "$tmp"/new/*.wasm; do
  name=$(basename "$new" .wasm)
  old=$tmp/old/$name.wasm
  count=$((count + 1))
  if [ ! -f "$old" ]; then
    differs "$name.wasm is not committed; run guests/build.sh"
  elif [ -n "$same_tools" ]; then
    cmp -s "$old" "$new" || differs "$name.wasm is not what its source gives; run guests/build.sh"
  else
    # What a program imports is for its standard library to say, which is another one in each version.
    only=.
    for source in rust/$name.rs rust-bindgen/$name.rs c-wasi/$name.c; do
      [ ! -f "$here/$source" ] || only='^ *export '
    done
    wasm-tools component wit "$old" | grep -E "$only" > "$tmp/old.wit"
    wasm-tools component wit "$new" | grep -E "$only" > "$tmp/new.wit"
    diff "$tmp/old.wit" "$tmp/new.wit" >&2 || differs "$name.wasm has other imports or exports than its source gives"
  fi
done
for old in "$tmp"/old/*.wasm; do
  name=$(basename "$old")
  [ -f "$tmp/new/$name" ] || differs "$name has no source that guests/build.sh builds"
done
[ "$differences" = 0 ] || exit 1
echo "guests/check.sh: $count guests are what their sources give"
