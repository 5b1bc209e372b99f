/** Components of the streaming contracts as stages: compiled, cached, limited, and called without allocating. */
module io.torvyn.engine {
    requires transitive io.torvyn.types;
    requires transitive io.torvyn.component;
    requires transitive io.torvyn.streaming;
    requires transitive io.torvyn.resources;
    requires transitive static org.jspecify;

    exports io.torvyn.engine;

    uses io.torvyn.component.spi.CoreEngine;
}
