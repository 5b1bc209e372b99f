package io.torvyn.projects;

import io.torvyn.config.ComponentDefinition;
import io.torvyn.config.ComponentReference;
import io.torvyn.config.FlowDefinition;
import io.torvyn.config.Manifest;
import io.torvyn.config.NodeDefinition;
import io.torvyn.types.ComponentRole;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * The files that a flow is made of: the manifest, the sources of the components that are built here, and the {@code .wasm}
 * of all others. What a build makes is not among them. Immutable; {@link #look} reads the folders.
 *
 * @param single files, whether they are there or not
 * @param sources the folder of each component that is built here
 * @param shared what all these have in common, files and folders: what a workspace says, and the WIT of the project
 * @param written files that the flow itself writes; they are among no sources
 */
public record ProjectFiles(Set<Path> single, Map<String, Path> sources, Set<Path> shared, Set<Path> written) {
    /** Beyond that, somebody has put something else into the folder; looking would take longer than anybody waits. */
    private static final int MOST_FILES = 20_000;

    private static final Set<String> SHARED =
            Set.of("wit", "Cargo.toml", "rust-toolchain.toml", "package.json", "requirements.txt", "pyproject.toml");

    /**
     * What is seen of a file without reading it.
     *
     * @param bytes its size
     */
    public record Stamp(FileTime modified, long bytes) {}

    public ProjectFiles {
        single = Set.copyOf(single);
        sources = Map.copyOf(sources);
        shared = Set.copyOf(shared);
        written = Set.copyOf(written);
    }

    /** All that is known of a project whose manifest cannot be read: where that is. */
    public static ProjectFiles of(Path manifest) {
        Path file = manifest.toAbsolutePath().normalize();
        return new ProjectFiles(Set.of(file, file.resolveSibling("pipeline.toml")), Map.of(), Set.of(), Set.of());
    }

    /** Those of a flow. */
    public static ProjectFiles of(Manifest manifest, FlowDefinition flow) {
        Set<Path> single = new LinkedHashSet<>(of(manifest.file()).single());
        Map<String, Path> sources = new HashMap<>();
        for (NodeDefinition node : flow.nodes()) {
            if (node.component() instanceof ComponentReference.Named(var name)
                    && manifest.component(name)
                            .filter(c -> isBuilt(manifest, c))
                            .isPresent()) {
                sources.put(name, folder(manifest, manifest.component(name).orElseThrow()));
            } else {
                manifest.artifactPlaces(node)
                        .forEach(file -> single.add(file.toAbsolutePath().normalize()));
            }
        }
        Path root = manifest.directory().toAbsolutePath().normalize();
        Set<Path> shared = sources.isEmpty() || sources.containsValue(root)
                ? Set.of()
                : Set.copyOf(SHARED.stream().map(root::resolve).toList());
        Set<Path> written = Set.copyOf(
                flow.nodes().stream().flatMap(node -> written(manifest, node)).toList());
        return new ProjectFiles(single, sources, shared, written);
    }

    private static Stream<Path> written(Manifest manifest, NodeDefinition node) {
        if (node.role() != ComponentRole.SINK
                || !(node.component() instanceof ComponentReference.Native(var stage))
                || !stage.equals("file")) {
            return Stream.empty();
        }
        try {
            String path = JsonMapper.shared()
                    .readTree(node.config().orElse("{}"))
                    .path("path")
                    .asString("");
            return Stream.of(manifest.directory().resolve(path).toAbsolutePath().normalize());
        } catch (JacksonException | InvalidPathException e) {
            return Stream.empty(); // linking says what is wrong with it
        }
    }

    /** Whether a component has its sources here, and something that builds it. */
    static boolean isBuilt(Manifest manifest, ComponentDefinition component) {
        return component.buildCommand().isPresent()
                || Language.of(component.language())
                        .filter(language -> language.isAtHome(folder(manifest, component)))
                        .isPresent();
    }

    private static Path folder(Manifest manifest, ComponentDefinition component) {
        return manifest.directory().resolve(component.path()).toAbsolutePath().normalize();
    }

    /** What is there now. What cannot be seen is not there. */
    public Map<Path, Stamp> look() {
        Map<Path, Stamp> seen = new HashMap<>();
        for (Path file : single) {
            try {
                BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
                if (attributes.isRegularFile()) {
                    seen.put(file, stamp(attributes));
                }
            } catch (IOException e) {
                // not there
            }
        }
        Stream.concat(sources.values().stream(), shared.stream()).distinct().forEach(place -> look(place, seen));
        return seen;
    }

    private void look(Path folder, Map<Path, Stamp> seen) {
        IgnoredFiles ignored = IgnoredFiles.of(folder);
        try {
            Files.walkFileTree(folder, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path visited, BasicFileAttributes attributes) {
                    return !visited.equals(folder) && ignored.contain(visited, true)
                            ? FileVisitResult.SKIP_SUBTREE
                            : FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    if (!isMade(file) && !written.contains(file) && !ignored.contain(file, false)) {
                        BasicFileAttributes meant = attributes.isSymbolicLink()
                                ? Files.readAttributes(file, BasicFileAttributes.class)
                                : attributes;
                        if (meant.isRegularFile()) {
                            seen.put(file, stamp(meant));
                        }
                    }
                    return seen.size() < MOST_FILES ? FileVisitResult.CONTINUE : FileVisitResult.TERMINATE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException failed) {
                    return FileVisitResult.CONTINUE; // gone since, or not ours to read
                }
            });
        } catch (IOException e) {
            // the folder has gone; so have its files
        }
    }

    /** A component among its sources is what came out of them. */
    private static boolean isMade(Path file) {
        return file.toString().endsWith(".wasm");
    }

    private static Stamp stamp(BasicFileAttributes attributes) {
        return new Stamp(attributes.lastModifiedTime(), attributes.size());
    }

    /** The files that differ between two looks, those that came or went included, in order. */
    public static Set<Path> changed(Map<Path, Stamp> before, Map<Path, Stamp> after) {
        Set<Path> changed = new TreeSet<>();
        after.forEach((file, stamp) -> {
            if (!stamp.equals(before.get(file))) {
                changed.add(file);
            }
        });
        before.keySet().stream().filter(file -> !after.containsKey(file)).forEach(changed::add);
        return changed;
    }

    /**
     * What has to be built before the flow is as its sources are: components that are not there or older than one of
     * these, and those whose sources are among the files.
     *
     * @param changed files that have changed since the last build began
     */
    public List<ComponentDefinition> stale(Manifest manifest, Map<Path, Stamp> seen, Set<Path> changed) {
        return sources.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .flatMap(source -> manifest.component(source.getKey()).stream()
                        .filter(component -> isStale(manifest, component, source.getValue(), seen, changed)))
                .toList();
    }

    private boolean isStale(
            Manifest manifest, ComponentDefinition component, Path folder, Map<Path, Stamp> seen, Set<Path> changed) {
        Path built = manifest.artifactPlaces(component).getFirst();
        FileTime time;
        try {
            time = Files.getLastModifiedTime(built);
        } catch (IOException e) {
            return true;
        }
        return seen.entrySet().stream()
                        .anyMatch(file -> isOf(folder, file.getKey())
                                && (changed.contains(file.getKey())
                                        || file.getValue().modified().compareTo(time) > 0)
                                && !single.contains(file.getKey()))
                || changed.stream().anyMatch(file -> isOf(folder, file) && !seen.containsKey(file));
    }

    private boolean isOf(Path folder, Path file) {
        return file.startsWith(folder) || shared.stream().anyMatch(file::startsWith);
    }
}
