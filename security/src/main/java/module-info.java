/** What a component may do: capabilities, grants, sandboxes and the audit of their use. */
module io.torvyn.security {
    requires transitive io.torvyn.types;
    requires transitive static org.jspecify;

    exports io.torvyn.security;
}
