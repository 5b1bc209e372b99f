package io.torvyn.linker;

/**
 * An interface that a component imports, and who provides it.
 *
 * @param name as the component imports it
 * @param provider who that is
 */
public record ResolvedImport(String name, Provider provider) {
    /** Where an import comes from. */
    public sealed interface Provider {
        /** The host: Torvyn's own interfaces, and WASI as far as it is granted. */
        record Host() implements Provider {
            @Override
            public String toString() {
                return "host";
            }
        }

        /**
         * The component of a node that feeds this one.
         *
         * @param export what it calls the interface; it may be of another version
         */
        record Upstream(String node, String export) implements Provider {
            @Override
            public String toString() {
                return "node " + node;
            }
        }
    }
}
