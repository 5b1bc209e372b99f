package io.torvyn.projects;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * componentize-py, of a virtual environment {@code .venv} in the component's folder or above it, or else of the path: the
 * module {@code app} under {@code src/}, with what is installed in that environment.
 */
final class PythonToolchain implements Toolchain {
    private static final String FAILED = "AssertionError: ";
    private static final Path ENVIRONMENT = Path.of(".venv");

    @Override
    public Path build(Order order, ToolRun run) throws IOException, InterruptedException {
        Optional<Path> environment =
                order.upwards(run.directory(), ENVIRONMENT).map(folder -> folder.resolve(ENVIRONMENT));
        String compiler = environment
                .map(folder -> folder.resolve("bin").resolve("componentize-py"))
                .filter(Files::isExecutable)
                .map(Path::toString)
                .orElseGet(() -> run.need(Tool.COMPONENTIZE_PY));
        run.needFile(Language.PYTHON.source());
        Path component = order.scratch().resolve("component.wasm");
        List<String> command = new ArrayList<>(List.of(
                compiler, "--wit-path", "wit", "componentize", "app", "--output", component.toString(), "-p", "src"));
        if (environment.isPresent()) {
            for (Path packages : packages(environment.get())) {
                command.addAll(List.of("-p", packages.toString()));
            }
        }
        command.addAll(order.settings().extraArguments());
        run.run(command, PythonToolchain::business);
        return component;
    }

    /** What Python says about the component, without the way that componentize-py has taken to it. */
    static List<String> business(List<String> said) {
        List<String> kept = new ArrayList<>();
        boolean own = false;
        for (String line : said) {
            if (line.startsWith(FAILED)) {
                own = true;
                kept.clear();
                kept.add(line.substring(FAILED.length()).replace("\"/0/", "\"src/"));
            } else if (line.equals("Stack backtrace:") || line.equals("Caused by:")) {
                own = false; // the same once more, and the compiler's own frames
            } else if (own || kept.isEmpty()) {
                kept.add(line.replace("\"/0/", "\"src/"));
            }
        }
        return own || !kept.isEmpty() ? kept : said;
    }

    private static List<Path> packages(Path environment) throws IOException {
        List<Path> found = new ArrayList<>();
        Path libraries = environment.resolve("lib");
        if (Files.isDirectory(libraries)) {
            try (DirectoryStream<Path> versions = Files.newDirectoryStream(libraries, "python*")) {
                for (Path version : versions) {
                    Path packages = version.resolve("site-packages");
                    if (Files.isDirectory(packages)) {
                        found.add(packages);
                    }
                }
            }
        }
        return found;
    }
}
