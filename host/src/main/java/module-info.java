/** The runtime as a library: from a manifest to running flows. */
module io.torvyn.host {
    requires transitive io.torvyn.types;
    requires transitive io.torvyn.config;
    requires transitive io.torvyn.engine;
    requires transitive io.torvyn.observability;
    requires transitive io.torvyn.pipeline;
    requires transitive io.torvyn.reactor;
    requires transitive io.torvyn.security;
    requires tools.jackson.databind;
    requires transitive static org.jspecify;

    exports io.torvyn.host;
}
