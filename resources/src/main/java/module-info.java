/** Payload buffers: pools, ownership, budgets and the copy ledger. */
module io.torvyn.resources {
    requires transitive io.torvyn.types;
    requires transitive io.torvyn.component;
    requires transitive io.torvyn.streaming;
    requires transitive static org.jspecify;

    exports io.torvyn.resources;
}
