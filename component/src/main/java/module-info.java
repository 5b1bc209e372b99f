import io.torvyn.component.spi.CoreEngine;

/** The Component Model over any core WebAssembly engine. */
module io.torvyn.component {
    requires transitive io.torvyn.types;
    requires transitive io.torvyn.contracts;
    requires transitive static org.jspecify;

    exports io.torvyn.component;
    exports io.torvyn.component.spi; // what a core engine implements
    // io.torvyn.component.binary stays inside: the binary format changes for other reasons than what is built on it.

    uses CoreEngine;
}
