package io.torvyn.projects;

import io.torvyn.component.ComponentFile;
import io.torvyn.config.BuildSettings;
import io.torvyn.config.CapabilitySettings;
import io.torvyn.config.ComponentDefinition;
import io.torvyn.config.Manifest;
import io.torvyn.types.Diagnostic;
import io.torvyn.types.DiagnosticsException;
import io.torvyn.types.ErrorCode;
import io.torvyn.types.NearestName;
import io.torvyn.types.TorvynException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Builds the components of a project, several at the same time. What a component comes to is decoded, and only then put
 * where a flow looks for it, by a rename: a build that fails leaves the component of the last one that did not.
 */
public final class ProjectBuild {
    private static final Path STATE = Path.of(".torvyn");

    private final Manifest manifest;
    private final BuildSettings settings;
    private final Tools tools;
    private final Path cache;

    /** What became of one component. */
    public sealed interface Outcome {
        ComponentDefinition component();

        /**
         * @param file where it was put
         * @param bytes its size
         */
        record Built(ComponentDefinition component, Path file, long bytes, Duration time) implements Outcome {}

        /** @param findings why not; the notes of each are the end of what the tool said */
        record Failed(ComponentDefinition component, List<Diagnostic> findings) implements Outcome {
            public Failed {
                findings = List.copyOf(findings);
            }
        }
    }

    /** Hears what goes on, on several threads. */
    public interface Listener {
        void started(ComponentDefinition component);

        /** A command, with {@code $} before it, or a line that it says. */
        void said(ComponentDefinition component, String line);

        void ended(Outcome outcome);
    }

    /**
     * @param settings the manifest's, or others
     * @param cache a folder of the user's, for what the builds of all projects need
     */
    public ProjectBuild(Manifest manifest, BuildSettings settings, Tools tools, Path cache) {
        this.manifest = manifest;
        this.settings = settings;
        this.tools = tools;
        this.cache = cache;
    }

    /** What there is to build: what the manifest declares, or else the project as a whole. */
    public static List<ComponentDefinition> components(Manifest manifest) {
        return manifest.components().isEmpty()
                ? manifest.component(manifest.project().name()).stream().toList()
                : manifest.components();
    }

    /**
     * The component of that name.
     *
     * @throws DiagnosticsException E0004 when there is none
     */
    public static ComponentDefinition component(Manifest manifest, String name) {
        return manifest.component(name).orElseThrow(() -> {
            List<String> known =
                    components(manifest).stream().map(ComponentDefinition::name).toList();
            return new DiagnosticsException(List.of(Diagnostic.error(
                    ErrorCode.USAGE_ERROR,
                    "the manifest has no component `%s`".formatted(name),
                    NearestName.of(name, known)
                            .map("Did you mean `%s`?"::formatted)
                            .orElse("It has " + String.join(", ", known) + "."))));
        });
    }

    /**
     * Builds.
     *
     * @return what became of each, in the given order
     * @throws InterruptedException when interrupted; the tools have been ended by then
     */
    public List<Outcome> build(List<ComponentDefinition> components, Listener listener) throws InterruptedException {
        int together =
                Math.max(1, Math.min(components.size(), Runtime.getRuntime().availableProcessors()));
        ExecutorService threads = Executors.newFixedThreadPool(together);
        try {
            List<Future<Outcome>> futures = new ArrayList<>();
            for (ComponentDefinition component : components) {
                Callable<Outcome> build = () -> outcome(component, listener);
                futures.add(threads.submit(build));
            }
            List<Outcome> outcomes = new ArrayList<>();
            for (Future<Outcome> future : futures) {
                outcomes.add(get(future));
            }
            return outcomes;
        } finally {
            threads.shutdownNow();
            threads.close();
        }
    }

    private static Outcome get(Future<Outcome> future) throws InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException defect) {
                throw defect;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    private Outcome outcome(ComponentDefinition component, Listener listener) throws InterruptedException {
        listener.started(component);
        Outcome outcome;
        try {
            outcome = built(component, listener);
        } catch (DiagnosticsException e) {
            outcome = new Outcome.Failed(component, e.diagnostics());
        } catch (IOException e) {
            outcome = new Outcome.Failed(
                    component,
                    List.of(Diagnostic.error(
                            ErrorCode.IO_ERROR,
                            "the component `%s` was not built: %s".formatted(component.name(), e),
                            "Check the path, its permissions, and the room on the disk.")));
        }
        listener.ended(outcome);
        return outcome;
    }

    private Outcome.Built built(ComponentDefinition component, Listener listener)
            throws IOException, InterruptedException {
        long began = System.nanoTime();
        Path root = manifest.directory().toAbsolutePath().normalize();
        Path directory = root.resolve(component.path()).normalize();
        if (!Files.isDirectory(directory)) {
            throw new DiagnosticsException(List.of(Diagnostic.error(
                            ErrorCode.COMPONENT_NOT_FOUND,
                            "the component `%s` has no folder %s".formatted(component.name(), component.path()),
                            "Correct its `path`.")
                    .at(component.position())));
        }
        Path scratch = root.resolve(STATE).resolve("work").resolve(component.name());
        Files.createDirectories(scratch);
        var run = new ToolRun(component.name(), tools, directory, line -> listener.said(component, line));
        Path made;
        if (component.buildCommand().isPresent()) {
            made = commanded(component, component.buildCommand().get(), run);
        } else {
            var order = new Toolchain.Order(component, settings, capabilities(), root, scratch, cache);
            made = Preview1Adapter.component(toolchain(component).build(order, run), order, run);
        }
        byte[] bytes = Files.readAllBytes(made);
        validate(component, made, bytes, run);
        Path place = component
                .artifact()
                .map(artifact -> root.resolve(artifact).normalize())
                .orElseGet(() -> root.resolve(STATE).resolve("build").resolve(component.name() + ".wasm"));
        if (!made.equals(place)) {
            put(bytes, place);
        }
        return new Outcome.Built(component, place, bytes.length, Duration.ofNanos(System.nanoTime() - began));
    }

    private Set<String> capabilities() {
        return Stream.concat(manifest.capabilities().required().stream(), manifest.capabilities().optional().stream())
                .filter(CapabilitySettings.Declaration::used)
                .map(CapabilitySettings.Declaration::name)
                .collect(Collectors.toUnmodifiableSet());
    }

    private static Toolchain toolchain(ComponentDefinition component) {
        return Language.of(component.language())
                .map(Toolchain::of)
                .orElseThrow(() -> new DiagnosticsException(List.of(Diagnostic.error(
                                ErrorCode.BUILD_FAILED,
                                "the component `%s` was not built: no tools are known for the language %s"
                                        .formatted(component.name(), component.language()),
                                "Say what builds it: `build_command`.")
                        .at(component.position()))));
    }

    /** Runs the author's own command, and finds what it made. */
    private Path commanded(ComponentDefinition component, String command, ToolRun run) throws InterruptedException {
        run.run(List.of("/bin/sh", "-c", command));
        String crate = component.name().replace('-', '_') + ".wasm";
        Path root = manifest.directory().toAbsolutePath().normalize();
        List<Path> places = component
                .artifact()
                .map(artifact -> List.of(root.resolve(artifact).normalize()))
                .orElseGet(() -> Stream.of(
                                component.name() + ".wasm",
                                "target/%s/%s/%s"
                                        .formatted(settings.target(), settings.release() ? "release" : "debug", crate))
                        .map(run.directory()::resolve)
                        .toList());
        return places.stream()
                .filter(Files::isRegularFile)
                .findFirst()
                .orElseThrow(() -> run.failed(
                        "the component `%s` was not built: its build_command made no %s"
                                .formatted(component.name(), places.getFirst()),
                        "Let it leave the component there, or say where it does: `artifact`."));
    }

    private static void validate(ComponentDefinition component, Path made, byte[] bytes, ToolRun run) {
        try {
            ComponentFile.of(bytes, made.toString());
        } catch (TorvynException e) {
            throw run.failed(
                    "the component `%s` was not built: what came out is no component: %s"
                            .formatted(component.name(), e.failure().message()),
                    "Let the tool make a component, not a core module.");
        }
    }

    private static void put(byte[] bytes, Path place) throws IOException {
        Path folder = Optional.ofNullable(place.getParent()).orElseThrow();
        Files.createDirectories(folder);
        Path draft = Files.createTempFile(folder, "." + place.getFileName(), ".new");
        try {
            Files.write(draft, bytes);
            Files.move(draft, place, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(draft);
        }
    }
}
