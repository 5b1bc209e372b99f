package io.torvyn.config;

import java.nio.file.Path;

/** What stands behind a node's {@code component}. */
public sealed interface ComponentReference {
    /** A component of this project. */
    record Named(String name) implements ComponentReference {
        @Override
        public String toString() {
            return name;
        }
    }

    /**
     * A {@code .wasm} file.
     *
     * @param text as written
     * @param path against the manifest's directory
     */
    record File(String text, Path path) implements ComponentReference {
        @Override
        public String toString() {
            return text;
        }
    }

    /** A stage written in Java: {@code native:<name>}. */
    record Native(String name) implements ComponentReference {
        @Override
        public String toString() {
            return "native:" + name;
        }
    }

    /**
     * An artifact in a registry: {@code oci://<reference>}.
     *
     * @param reference {@code host/repository:tag} or {@code host/repository@digest}
     */
    record Oci(String reference) implements ComponentReference {
        @Override
        public String toString() {
            return "oci://" + reference;
        }
    }

    /**
     * A component whose bytes the application gives that runs the host. No manifest can say this.
     *
     * @param node what the flow calls it
     */
    record Given(String node) implements ComponentReference {
        @Override
        public String toString() {
            return "the bytes given for '" + node + "'";
        }
    }
}
