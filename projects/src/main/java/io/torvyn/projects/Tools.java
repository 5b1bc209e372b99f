package io.torvyn.projects;

import io.torvyn.types.Diagnostic;
import io.torvyn.types.DiagnosticsException;
import io.torvyn.types.ErrorCode;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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
        return tool.programs().stream().flatMap(name -> find(name).stream()).findFirst();
    }

    /** @param name without folders, or a path */
    Optional<Path> find(String name) {
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
