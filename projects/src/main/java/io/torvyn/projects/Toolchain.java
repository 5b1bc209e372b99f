package io.torvyn.projects;

import io.torvyn.config.BuildSettings;
import io.torvyn.config.ComponentDefinition;
import java.io.IOException;
import java.nio.file.Path;

/** How the tools of one language make a component. */
interface Toolchain {
    /**
     * What is to be built.
     *
     * @param settings of the manifest, with what the command line says over them
     * @param scratch a folder for what comes between, which the build keeps
     * @param cache a folder of the user's for what every project needs
     */
    record Order(ComponentDefinition component, BuildSettings settings, Path scratch, Path cache) {}

    /**
     * Builds it.
     *
     * @return the file that came out, a component or a core module for one
     * @throws io.torvyn.types.DiagnosticsException E0006, E0010
     */
    Path build(Order order, ToolRun run) throws IOException, InterruptedException;

    static Toolchain of(Language language) {
        return switch (language) {
            case RUST -> new RustToolchain();
            case C -> new CToolchain();
        };
    }
}
