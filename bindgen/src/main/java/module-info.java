/** Typed Java bindings from WIT. */
module io.torvyn.bindgen {
    requires transitive io.torvyn.contracts;
    requires transitive io.torvyn.component;
    requires transitive static org.jspecify;

    exports io.torvyn.bindgen;
}
