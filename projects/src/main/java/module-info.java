/** Projects of component authors: made from templates, built by the tools of their languages. */
module io.torvyn.projects {
    requires io.torvyn.component;
    requires io.torvyn.contracts;
    requires tools.jackson.databind;
    requires transitive io.torvyn.config;
    requires transitive io.torvyn.types;
    requires transitive static org.jspecify;

    exports io.torvyn.projects;
}
