package io.torvyn.projects;

import io.torvyn.types.Diagnostic;
import io.torvyn.types.DiagnosticsException;
import io.torvyn.types.ErrorCode;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The programs of this machine: on the path of the environment, and where Rust's installer puts them although a shell that
 * is open already does not look there.
 *
 * @param environment variables by name, for searching, and for the programs themselves
 */
public record Tools(Map<String, String> environment) {
    public Tools {
        environment = Map.copyOf(environment);
    }

    /** A variable that is set to something. */
    Optional<String> variable(String name) {
        return Optional.ofNullable(environment.get(name)).filter(value -> !value.isEmpty());
    }

    /** The program, where it is; empty when it is not there. */
    public Optional<Path> find(Tool tool) {
        if (tool == Tool.CLANG) {
            Optional<Path> named = variable("WASI_SDK_PATH")
                    .map(sdk -> Path.of(sdk, "bin", "clang"))
                    .filter(Files::isExecutable)
                    .or(() -> variable("CLANG").flatMap(this::find));
            if (named.isPresent()) {
                return named;
            }
        } else if (tool == Tool.WASI_LIBC) {
            return wasiLibrary();
        }
        return tool.programs().stream().flatMap(name -> find(name).stream()).findFirst();
    }

    private Optional<Path> wasiLibrary() {
        Path root = variable("WASI_SDK_PATH")
                .map(sdk -> Path.of(sdk, "share", "wasi-sysroot"))
                .orElseGet(() -> Path.of(variable("WASI_SYSROOT").orElse("/usr")));
        return Stream.of("wasm32-wasi", "wasm32-wasip1")
                .map(target -> root.resolve("lib").resolve(target).resolve("libc.a"))
                .filter(Files::isRegularFile)
                .findFirst();
    }

    /** What the tool says of its version, or else where it is; empty when it is not there. */
    public Optional<String> version(Tool tool) throws InterruptedException {
        Optional<Path> program = find(tool);
        if (program.isEmpty() || tool == Tool.WASI_LIBC) {
            return program.map(Path::toString);
        }
        return Optional.of(firstLine(List.of(program.get().toString(), "--version"))
                .orElse(program.get().toString()));
    }

    /** Whether rustc has the library of a target; not when there is no rustc. */
    public boolean hasRustTarget(String target) throws InterruptedException {
        Optional<Path> rustc = find(Tool.RUSTC);
        return rustc.isPresent()
                && firstLine(List.of(rustc.get().toString(), "--print", "target-libdir", "--target", target))
                        .filter(folder -> Files.isDirectory(Path.of(folder)))
                        .isPresent();
    }

    private Optional<String> firstLine(List<String> command) throws InterruptedException {
        var builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().clear();
        builder.environment().putAll(environment);
        try {
            Process process = builder.start();
            process.getOutputStream().close();
            List<String> lines;
            try (var reader = process.inputReader(StandardCharsets.UTF_8)) {
                lines = reader.lines().toList();
            }
            return process.waitFor() == 0 ? lines.stream().findFirst() : Optional.empty();
        } catch (IOException | UncheckedIOException e) {
            return Optional.empty(); // it is there, and is not what it is called
        }
    }

    /** @param name without folders, or a path */
    public Optional<Path> find(String name) {
        List<String> folders = new ArrayList<>();
        if (name.contains("/")) {
            folders.add("");
        } else {
            variable("PATH").ifPresent(path -> folders.addAll(List.of(path.split(File.pathSeparator))));
            variable("CARGO_HOME")
                    .or(() -> variable("HOME").map(home -> home + "/.cargo"))
                    .ifPresent(cargo -> folders.add(cargo + "/bin"));
        }
        for (String folder : folders) {
            try {
                Path program = Path.of(folder, name).toAbsolutePath();
                if (Files.isRegularFile(program) && Files.isExecutable(program)) {
                    return Optional.of(program);
                }
            } catch (InvalidPathException _) {
                // nor can anything be there
            }
        }
        return Optional.empty();
    }

    /**
     * The program, for what cannot do without.
     *
     * @param component what is built with it
     * @throws DiagnosticsException E0010
     */
    String need(Tool tool, String component) {
        return find(tool)
                .orElseThrow(() -> missing(
                        "%s is missing, which builds the component `%s`".formatted(tool.title(), component),
                        tool.remedy()))
                .toString();
    }

    static DiagnosticsException missing(String message, String remedy) {
        return new DiagnosticsException(List.of(Diagnostic.error(ErrorCode.TOOLCHAIN_MISSING, message, remedy)));
    }
}
