/** Static linking: whether the nodes of a flow, and what stands behind them, make a pipeline. */
module io.torvyn.linker {
    requires io.torvyn.security;
    requires transitive io.torvyn.component;
    requires transitive io.torvyn.config;
    requires transitive io.torvyn.types;
    requires transitive io.torvyn.contracts;
    requires io.torvyn.streaming;
    requires transitive static org.jspecify;

    exports io.torvyn.linker;
}
