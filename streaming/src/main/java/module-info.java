/** Torvyn's own contracts as Java: generated from the canonical {@code .wit} files. */
module io.torvyn.streaming {
    requires transitive io.torvyn.contracts;
    requires transitive io.torvyn.component;
    requires transitive static org.jspecify;

    exports io.torvyn.streaming;
}
