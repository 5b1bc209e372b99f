package io.torvyn.cli;

import io.torvyn.cli.Syntax.Value;
import io.torvyn.config.Manifest;
import io.torvyn.types.Diagnostic;
import io.torvyn.types.DiagnosticsException;
import io.torvyn.types.ErrorCode;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which flow of which manifest a command is about.
 *
 * @param flow empty when none was named
 */
record FlowTarget(Path manifest, Optional<String> flow) {
    /** What a command takes that is about flows. */
    static final class Declared {
        private final Value<String> target;
        private final Value<Path> manifest;
        private final Value<String> flow;

        /** @param flowDescription of the option {@code --flow} */
        Declared(Syntax syntax, String flowDescription) {
            target = syntax.argument(
                    String.class,
                    "FLOW|PROJECT|MANIFEST",
                    "A flow's name, a project's folder, or a manifest file (default: the project here).");
            manifest = syntax.option(Path.class, "--manifest", "FILE", "The manifest (default: ./Torvyn.toml).");
            flow = syntax.option(String.class, "--flow", "NAME", flowDescription);
        }

        /** @throws DiagnosticsException as {@link #of} */
        FlowTarget said() {
            return of(target.value(), manifest.value(), flow.value());
        }
    }

    /**
     * A name of a flow is no path: it has no separator, and no file or folder of that name is there.
     *
     * @param target what stands behind the command: a flow's name, a project's folder, or a manifest
     * @param manifest the value of {@code --manifest}
     * @param flow the value of {@code --flow}
     * @throws DiagnosticsException E0004 when two flows are named
     */
    static FlowTarget of(@Nullable String target, @Nullable Path manifest, @Nullable String flow) {
        Path standard = place(manifest == null ? Path.of("") : manifest);
        if (target == null) {
            return new FlowTarget(standard, Optional.ofNullable(flow));
        }
        if (manifest == null && isPath(target)) {
            return new FlowTarget(place(Path.of(target)), Optional.ofNullable(flow));
        }
        if (flow != null && !name(flow).equals(name(target))) {
            throw new DiagnosticsException(List.of(Diagnostic.error(
                    ErrorCode.USAGE_ERROR,
                    "two flows are named, '" + target + "' and '" + flow + "'",
                    "Name one: behind the command, or with --flow.")));
        }
        return new FlowTarget(standard, Optional.of(target));
    }

    private static boolean isPath(String target) {
        try {
            return Files.exists(Path.of(target)) || target.contains("/") || target.endsWith(".toml");
        } catch (InvalidPathException e) {
            return false;
        }
    }

    private static String name(String flow) {
        return flow.startsWith("flow.") ? flow.substring("flow.".length()) : flow;
    }

    private static Path place(Path path) {
        return path.toString().isEmpty() || Files.isDirectory(path) ? path.resolve(Manifest.FILE_NAME) : path;
    }
}
