/** WASI 0.2 as components import it, every interface gated by what was granted. */
module io.torvyn.wasi {
    requires transitive io.torvyn.component;
    requires transitive static org.jspecify;
    requires jdk.net;

    exports io.torvyn.wasi;
}
