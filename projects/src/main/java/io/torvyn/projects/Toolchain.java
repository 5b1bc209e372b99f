package io.torvyn.projects;

import io.torvyn.config.BuildSettings;
import io.torvyn.config.ComponentDefinition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** How the tools of one language make a component. */
interface Toolchain {
    /**
     * What is to be built.
     *
     * @param settings of the manifest, with what the command line says over them
     * @param capabilities the names of those that the manifest declares as used
     * @param root the project's folder
     * @param scratch a folder for what comes between, which the build keeps
     * @param cache a folder of the user's for what every project needs
     */
    record Order(
            ComponentDefinition component,
            BuildSettings settings,
            Set<String> capabilities,
            Path root,
            Path scratch,
            Path cache) {
        public Order {
            capabilities = Set.copyOf(capabilities);
        }

        /** Whether a capability is declared whose name begins in one of these ways. */
        boolean declares(List<String> beginnings) {
            return capabilities.stream().anyMatch(name -> beginnings.stream().anyMatch(name::startsWith));
        }

        /** The nearest folder that has the file, from one of the project's up to the project's own. */
        Optional<Path> upwards(Path from, Path file) {
            for (Path folder = from; folder != null; folder = folder.getParent()) {
                if (Files.exists(folder.resolve(file))) {
                    return Optional.of(folder);
                }
                if (folder.equals(root)) {
                    return Optional.empty();
                }
            }
            return Optional.empty();
        }
    }

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
            case JAVASCRIPT -> new JavaScriptToolchain();
            case PYTHON -> new PythonToolchain();
        };
    }
}
