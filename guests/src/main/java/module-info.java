/** Our own guest components, built from the sources beside this module: what the tests and benchmarks run. */
module io.torvyn.guests {
    requires transitive static org.jspecify;

    exports io.torvyn.guests;
}
