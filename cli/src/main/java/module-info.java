/** The {@code torvyn} command. */
module io.torvyn.cli {
    requires info.picocli;
    requires io.torvyn.config;
    requires io.torvyn.host;
    requires io.torvyn.linker;
    requires io.torvyn.projects;
    requires jdk.unsupported; // sun.misc.Signal: a second Ctrl-C has to be seen while the first is being obeyed
    requires tools.jackson.databind;
    requires static org.jspecify;
}
