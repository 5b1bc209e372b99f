package io.torvyn.cli;

import io.torvyn.component.Component;
import io.torvyn.component.ExportedFunction;
import io.torvyn.component.Imports;
import io.torvyn.component.Instance;
import io.torvyn.component.Value;
import io.torvyn.config.ComponentDefinition;
import io.torvyn.config.Manifest;
import io.torvyn.linker.CheckReport;
import io.torvyn.linker.ProjectCheck;
import io.torvyn.projects.Language;
import io.torvyn.projects.ProjectBuild;
import io.torvyn.projects.Tool;
import io.torvyn.projects.Tools;
import io.torvyn.types.Diagnostic;
import io.torvyn.types.DiagnosticsException;
import io.torvyn.types.TorvynException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Looks at the machine and at the project in a folder; changes nothing but a file that it makes and deletes. */
final class Doctor {
    private static final int JDK = 25;
    private static final String PROJECT = "Project";

    /** What came of a look at something. */
    enum Result {
        PASSED,
        WARNING,
        ERROR
    }

    /**
     * @param detail what was found
     * @param remedy what to do, a sentence; empty when there is nothing to do
     * @param command what mends it by itself; empty when nothing does
     */
    record Check(String category, String name, Result result, String detail, String remedy, List<String> command) {
        boolean isOfAProject() {
            return category.equals(PROJECT) && result != Result.WARNING;
        }
    }

    private final Path folder;
    private final Tools tools;
    private final List<Check> checks = new ArrayList<>();

    Doctor(Path folder, Tools tools) {
        this.folder = folder;
        this.tools = tools;
    }

    List<Check> examine() throws InterruptedException {
        checks.clear();
        passed("Torvyn", "version", Torvyn.Version.TEXT);
        java();
        Optional<Manifest> manifest = manifest();
        toolchains(manifest.map(Doctor::languages).orElse(Set.of()));
        project(manifest);
        return List.copyOf(checks);
    }

    private void passed(String category, String name, String detail) {
        checks.add(new Check(category, name, Result.PASSED, detail, "", List.of()));
    }

    private void error(String category, String name, String detail, String remedy) {
        checks.add(new Check(category, name, Result.ERROR, detail, remedy, List.of()));
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
        Path cache = Home.cache();
        try {
            Files.createDirectories(cache);
            Files.delete(Files.createTempFile(cache, "doctor-", ""));
            passed("Java", "cache", cache + " can be written");
        } catch (IOException e) {
            error(
                    "Java",
                    "cache",
                    "%s cannot be written: %s".formatted(cache, e),
                    "Mend its permissions, or let TORVYN_HOME name another folder.");
        }
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
            return Optional.of(Home.manifests(List.of()).load(folder));
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
                Optional<String> version = tools.version(tool);
                checks.add(
                        version.isPresent()
                                ? new Check(language.title(), tool.title(), Result.PASSED, version.get(), "", List.of())
                                : new Check(
                                        language.title(),
                                        tool.title(),
                                        missing,
                                        "not found",
                                        tool.remedy(),
                                        tool.command()));
            }
            if (language == Language.RUST && tools.find(Tool.RUSTC).isPresent()) {
                rustTarget(missing);
            }
        }
    }

    private void rustTarget(Result missing) throws InterruptedException {
        String target = "wasm32-wasip2";
        List<String> command = List.of("rustup", "target", "add", target);
        checks.add(
                tools.hasRustTarget(target)
                        ? new Check("Rust", target, Result.PASSED, "installed", "", List.of())
                        : new Check(
                                "Rust",
                                target,
                                missing,
                                "not installed",
                                "Add it with `" + String.join(" ", command) + "`.",
                                command));
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
                    List.of()));
            return;
        }
        try {
            CheckReport report = ProjectCheck.of(file, Home.manifests(List.of()), Optional.empty());
            manifest.ifPresent(project -> passed(
                    PROJECT,
                    Manifest.FILE_NAME,
                    "%s, %d component(s), %d flow(s)"
                            .formatted(
                                    project.project().name(),
                                    ProjectBuild.components(project).size(),
                                    project.flows().size())));
            if (report.allPassed()) {
                passed(PROJECT, "check", report.count(Diagnostic.Level.WARNING) + " warning(s)");
            } else {
                error(
                        PROJECT,
                        "check",
                        report.count(Diagnostic.Level.ERROR) + " error(s)",
                        "See them with `torvyn check`.");
            }
        } catch (DiagnosticsException e) {
            error(
                    PROJECT,
                    Manifest.FILE_NAME,
                    e.failure().message(),
                    e.failure().help());
        }
    }
}
