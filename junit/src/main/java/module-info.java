/** Tests of components with JUnit. */
module io.torvyn.junit {
    requires transitive io.torvyn.host;
    requires transitive org.junit.jupiter.api;
    requires transitive static org.jspecify;

    exports io.torvyn.junit;
}
