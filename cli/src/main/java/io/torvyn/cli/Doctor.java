package io.torvyn.cli;

import io.torvyn.component.Component;
import io.torvyn.component.ExportedFunction;
import io.torvyn.component.Imports;
import io.torvyn.component.Instance;
import io.torvyn.component.Value;
import io.torvyn.config.ComponentDefinition;
import io.torvyn.config.FlowDefinition;
import io.torvyn.config.Manifest;
import io.torvyn.config.ManifestLoader;
import io.torvyn.engine.CompiledComponentCache;
import io.torvyn.linker.CheckReport;
import io.torvyn.linker.ProjectCheck;
import io.torvyn.projects.Language;
import io.torvyn.projects.ProjectBuild;
import io.torvyn.projects.ProjectFiles;
import io.torvyn.projects.Tool;
import io.torvyn.projects.Tools;
import io.torvyn.types.Diagnostic;
import io.torvyn.types.DiagnosticsException;
import io.torvyn.types.TorvynException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Looks at the machine and at the project in a folder; changes nothing, but for the cache's folder, which it makes. What
 * would mend something is for whoever asks to do.
 */
final class Doctor {
    private static final int JDK = 25;
    private static final String PROJECT = "Project";

    /** What came of a look at something. */
    enum Result {
        PASSED,
        WARNING,
        ERROR
    }

    /** What puts something right by itself. */
    sealed interface Mend {
        /** As people are told of it. */
        String text();

        /** A program that is run. */
        record Command(List<String> words) implements Mend {
            public Command {
                words = List.copyOf(words);
            }

            @Override
            public String text() {
                return "`" + String.join(" ", words) + "`";
            }
        }

        /** Something that we do to files. */
        record Change(String text, Step step) implements Mend {}
    }

    interface Step {
        void take() throws IOException;
    }

    /**
     * @param detail what was found
     * @param remedy what to do, a sentence; empty when there is nothing to do
     * @param mend what mends it by itself, if something does
     */
    record Check(String category, String name, Result result, String detail, String remedy, Optional<Mend> mend) {
        /** Whether it is about files of the project, or the cache: nothing is installed to mend it. */
        boolean isMendedHere() {
            return mend.filter(Mend.Change.class::isInstance).isPresent();
        }

        boolean isOfAProject() {
            return category.equals(PROJECT) && result != Result.WARNING;
        }
    }

    private final Path folder;
    private final Path cache;
    private final Tools tools;
    private final ManifestLoader manifests;
    private final List<Check> checks = new ArrayList<>();

    /**
     * @param folder where the project is, if there is one
     * @param cache where compiled code is kept
     */
    Doctor(Path folder, Path cache, Tools tools, ManifestLoader manifests) {
        this.folder = folder;
        this.cache = cache;
        this.tools = tools;
        this.manifests = manifests;
    }

    List<Check> examine() throws InterruptedException {
        checks.clear();
        passed("Torvyn", "version", Torvyn.VERSION);
        java();
        Optional<Manifest> manifest = manifest();
        toolchains(manifest.map(Doctor::languages).orElse(Set.of()));
        project(manifest);
        return List.copyOf(checks);
    }

    private void passed(String category, String name, String detail) {
        checks.add(new Check(category, name, Result.PASSED, detail, "", Optional.empty()));
    }

    private void error(String category, String name, String detail, String remedy) {
        checks.add(new Check(category, name, Result.ERROR, detail, remedy, Optional.empty()));
    }

    private void java() {
        String version = Runtime.version() + ", " + System.getProperty("java.vm.name");
        if (Runtime.version().feature() >= JDK) {
            passed("Java", "JDK", version);
        } else {
            error("Java", "JDK", version, "Install a JDK " + JDK + ", and let TORVYN_JAVA_HOME name it.");
        }
        try {
            passed("Java", "engine", "a component was compiled, and added 20 and 22 to " + sum());
        } catch (IOException | RuntimeException | LinkageError e) {
            error("Java", "engine", String.valueOf(e), "Install Torvyn anew; if that does not help, please report it.");
        }
        cache();
    }

    /** Of a folder that others can write to nothing is run, so it is not used at all: each start compiles anew. */
    private void cache() {
        if (CompiledComponentCache.onDisk(cache).folder().isEmpty()) {
            checks.add(new Check(
                    "Java",
                    "cache",
                    Result.ERROR,
                    cache + " cannot be used: it is to be a folder of yours that nobody else can read or write",
                    "`chmod 700 %s` does that for a folder of yours; or let TORVYN_HOME name another one."
                            .formatted(cache),
                    isOwn(cache)
                            ? Optional.of(new Mend.Change("`chmod 700 " + cache + "`", this::makeCachePrivate))
                            : Optional.empty()));
            return;
        }
        try {
            Files.delete(Files.createTempFile(cache, "doctor-", ""));
            passed("Java", "cache", cache + " can be written");
        } catch (IOException e) {
            error(
                    "Java",
                    "cache",
                    "%s cannot be written: %s".formatted(cache, e.getMessage()),
                    "Make room on its disk, or let TORVYN_HOME name another folder.");
        }
    }

    private static boolean isOwn(Path folder) {
        try {
            return Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
                    && Files.getOwner(folder).getName().equals(System.getProperty("user.name"));
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }

    private void makeCachePrivate() throws IOException {
        Files.setPosixFilePermissions(cache, PosixFilePermissions.fromString("rwx------"));
    }

    private static long sum() throws IOException {
        Path file = Files.createTempFile("torvyn-doctor-", ".wasm");
        try (InputStream in = Doctor.class.getResourceAsStream("self-test.wasm")) {
            if (in == null) {
                throw new AssertionError("this build lacks self-test.wasm");
            }
            Files.write(file, in.readAllBytes());
            try (Instance instance = Component.load(file).instantiate(new Imports())) {
                ExportedFunction sum = instance.exportedFunction("sum").orElseThrow();
                Value answer =
                        sum.call(List.of(new Value.U32(20), new Value.U32(22))).orElseThrow();
                if (!(answer instanceof Value.U32(long number)) || number != 42) {
                    throw new IllegalStateException("20 and 22 are " + answer);
                }
                return number;
            }
        } finally {
            Files.delete(file);
        }
    }

    private Optional<Manifest> manifest() {
        try {
            return Optional.of(manifests.load(folder));
        } catch (TorvynException e) {
            return Optional.empty(); // what is wrong with it is told with the project
        }
    }

    /** Those that are built by the tools of their languages. */
    private static Set<Language> languages(Manifest manifest) {
        Set<Language> languages = EnumSet.noneOf(Language.class);
        for (ComponentDefinition component : ProjectBuild.components(manifest)) {
            if (component.buildCommand().isEmpty() && component.artifact().isEmpty()) {
                Language.of(component.language()).ifPresent(languages::add);
            }
        }
        return languages;
    }

    private void toolchains(Set<Language> needed) throws InterruptedException {
        for (Language language : Language.values()) {
            Result missing = needed.contains(language) ? Result.ERROR : Result.WARNING;
            for (Tool tool : language.tools()) {
                checks.add(tool(language, tool, missing));
            }
            if (language == Language.RUST && tools.find(Tool.RUSTC).isPresent()) {
                rustTarget(missing);
            }
        }
    }

    private Check tool(Language language, Tool tool, Result missing) throws InterruptedException {
        Optional<String> version = version(tool);
        if (version.isPresent() && !tool.isTooOld(version.get())) {
            return new Check(language.title(), tool.title(), Result.PASSED, version.get(), "", Optional.empty());
        }
        return new Check(
                language.title(),
                tool.title(),
                missing,
                version.map(old -> "%s is older than %s".formatted(old, tool.oldest()))
                        .orElse("not found"),
                tool.remedy(),
                tool.command().isEmpty() ? Optional.empty() : Optional.of(new Mend.Command(tool.command())));
    }

    /** A project may have tools of its own. */
    private Optional<String> version(Tool tool) throws InterruptedException {
        Path own = folder.toAbsolutePath().resolve(".venv").resolve("bin").resolve("componentize-py");
        return tool == Tool.COMPONENTIZE_PY && Files.isExecutable(own)
                ? Optional.of(own.toString())
                : tools.version(tool);
    }

    private void rustTarget(Result missing) throws InterruptedException {
        String target = "wasm32-wasip2";
        List<String> command = List.of("rustup", "target", "add", target);
        checks.add(
                tools.hasRustTarget(target)
                        ? new Check("Rust", target, Result.PASSED, "installed", "", Optional.empty())
                        : new Check(
                                "Rust",
                                target,
                                missing,
                                "not installed",
                                "Add it with `" + String.join(" ", command) + "`.",
                                Optional.of(new Mend.Command(command))));
    }

    private void project(Optional<Manifest> manifest) {
        Path file = folder.resolve(Manifest.FILE_NAME);
        if (!Files.exists(file)) {
            checks.add(new Check(
                    PROJECT,
                    Manifest.FILE_NAME,
                    Result.WARNING,
                    "there is none in this folder",
                    "Make a project with `torvyn init`.",
                    Optional.empty()));
            return;
        }
        try {
            CheckReport report = ProjectCheck.of(file, manifests, Optional.empty());
            manifest.ifPresent(project -> passed(
                    PROJECT,
                    Manifest.FILE_NAME,
                    "%s, %s, %s"
                            .formatted(
                                    project.project().name(),
                                    Sizes.counted(
                                            ProjectBuild.components(project).size(), "component"),
                                    Sizes.counted(project.flows().size(), "flow"))));
            if (report.allPassed()) {
                passed(PROJECT, "check", Sizes.counted(report.count(Diagnostic.Level.WARNING), "warning"));
            } else {
                error(
                        PROJECT,
                        "check",
                        Sizes.counted(report.count(Diagnostic.Level.ERROR), "error"),
                        "See them with `torvyn check`.");
            }
            manifest.ifPresent(this::built);
            leftovers();
        } catch (DiagnosticsException e) {
            error(
                    PROJECT,
                    Manifest.FILE_NAME,
                    e.failure().message(),
                    e.failure().help());
        }
    }

    /** Components that are not what their sources are. */
    private void built(Manifest manifest) {
        Set<String> stale = new TreeSet<>();
        for (FlowDefinition flow : manifest.flows()) {
            ProjectFiles files = ProjectFiles.of(manifest, flow);
            files.stale(manifest, files.look(), Set.of()).forEach(component -> stale.add(component.name()));
        }
        if (!stale.isEmpty()) {
            checks.add(new Check(
                    PROJECT,
                    "build",
                    Result.WARNING,
                    "not built, or older than the sources: " + String.join(", ", stale),
                    "Build what the flows are made of with `torvyn build`.",
                    Optional.empty()));
        } else if (!manifest.flows().isEmpty()) {
            passed(PROJECT, "build", "every component is as its sources are");
        }
    }

    /** What a build leaves that was killed. */
    private void leftovers() {
        List<Path> drafts = new ArrayList<>();
        try (DirectoryStream<Path> files =
                Files.newDirectoryStream(folder.resolve(".torvyn").resolve("build"), ".*.new")) {
            files.forEach(drafts::add);
        } catch (IOException | DirectoryIteratorException e) {
            return; // nothing has been built, or it cannot be seen
        }
        if (!drafts.isEmpty()) {
            checks.add(new Check(
                    PROJECT,
                    "leftovers",
                    Result.WARNING,
                    "%s in .torvyn/build of builds that were killed".formatted(Sizes.counted(drafts.size(), "file")),
                    "Delete them; `torvyn doctor --fix` does.",
                    Optional.of(new Mend.Change("Deleting what builds have left", () -> delete(drafts)))));
        }
    }

    private static void delete(List<Path> files) throws IOException {
        for (Path file : files) {
            Files.deleteIfExists(file);
        }
    }
}
