/** WIT: the language of contracts, and the types of the Component Model that both WIT and component binaries speak. */
module io.torvyn.contracts {
    requires transitive io.torvyn.types;
    requires transitive static org.jspecify;

    exports io.torvyn.contracts;
}
