# Sourced by the scripts beside it: sets `here` to their folder and `java_home` to a JDK 25, and builds the benchmarks if
# they have not been built.
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd -P)

java_home=
for candidate in "${TORVYN_JAVA_HOME:-}" "${JAVA_HOME:-}" /usr/lib/jvm/*; do
  [ -x "$candidate/bin/java" ] && [ -r "$candidate/release" ] || continue
  release=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$candidate/release")
  [ "${release:-0}" -ge 25 ] && { java_home=$candidate; break; }
done
[ -n "$java_home" ] || { echo "error: no JDK 25 found; point JAVA_HOME at one" >&2; exit 3; }

if [ ! -d "$here/target/lib" ]; then
  echo "building the benchmarks ..." >&2
  (cd "$here/.." && mvn -B -q -Dquick -DskipTests -pl benchmarks -am package) >&2
fi

# As the launcher runs it.
run() {
  "$java_home/bin/java" -XX:-DontCompileHugeMethods -XX:+UseSerialGC -XX:+UseCondCardMark -XX:+UseCountedLoopSafepoints -XX:LoopStripMiningIter=1000 \
    -cp "$here/target/classes:$here/target/lib/*" "$@"
}
