/** The default core engine: Endive, which turns core WebAssembly into JVM bytecode. */
module io.torvyn.engine.endive {
    requires transitive io.torvyn.component;
    requires transitive static org.jspecify;
    requires java.management;
    requires jdk.management;
    requires run.endive.compiler;
    requires run.endive.runtime;
    requires run.endive.wasm;

    exports io.torvyn.engine.endive;

    provides io.torvyn.component.spi.CoreEngine with
            io.torvyn.engine.endive.EndiveEngine;
}
