package io.torvyn.projects;

import io.torvyn.types.Diagnostic;
import io.torvyn.types.DiagnosticsException;
import io.torvyn.types.ErrorCode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * The programs that build one component, one after the other. Owned by the thread that builds; when that is interrupted,
 * the program that runs is ended with all that it has started.
 */
final class ToolRun {
    /** Of a program that says more, the end is kept. */
    private static final int LOG_LINES = 400;

    /** For what is to end, and for the rest of what was said by what has ended. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final String component;
    private final Tools tools;
    private final Path directory;
    private final Consumer<String> listener;
    private final Deque<String> log = new ArrayDeque<>();

    /**
     * @param directory where the programs run
     * @param listener hears each command, and each line that one of them says, on several threads
     */
    ToolRun(String component, Tools tools, Path directory, Consumer<String> listener) {
        this.component = component;
        this.tools = tools;
        this.directory = directory;
        this.listener = listener;
    }

    Path directory() {
        return directory;
    }

    /** The program, where it is. */
    String need(Tool tool) {
        return tools.need(tool, component);
    }

    Tools tools() {
        return tools;
    }

    /** @throws DiagnosticsException E0006 when the component's folder does not have it */
    void needFile(String name) {
        if (!Files.isRegularFile(directory.resolve(name))) {
            throw failed(
                    "the component `%s` was not built: there is no %s".formatted(component, directory.resolve(name)),
                    "Correct its `path`, or say what builds it: `build_command`, and `language`.");
        }
    }

    /** What the programs have said, the last lines of it. */
    List<String> log() {
        synchronized (log) {
            return List.copyOf(log);
        }
    }

    /**
     * Runs a program to its end.
     *
     * @return the lines of its standard output
     * @throws DiagnosticsException E0006 with the end of what was said, when it does not end well
     */
    List<String> answer(List<String> command) throws InterruptedException {
        List<String> lines = Collections.synchronizedList(new ArrayList<>());
        run(command, lines::add, UnaryOperator.identity());
        return List.copyOf(lines);
    }

    /** As {@link #answer}, of a program whose standard output is for people as well. */
    void run(List<String> command) throws InterruptedException {
        run(command, UnaryOperator.identity());
    }

    /**
     * The same, of a program that says more than its user's business when it fails.
     *
     * @param business of all the lines that it says, those that are
     */
    void run(List<String> command, UnaryOperator<List<String>> business) throws InterruptedException {
        run(command, this::say, business);
    }

    private void run(List<String> command, Consumer<String> output, UnaryOperator<List<String>> business)
            throws InterruptedException {
        listener.accept("$ " + String.join(" ", command));
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
        builder.environment().clear();
        builder.environment().putAll(tools.environment());
        Process process;
        try {
            process = builder.start();
            process.getOutputStream().close();
        } catch (IOException e) {
            throw failed("`%s` cannot be run: %s".formatted(shown(command), e.getMessage()), "");
        }
        var heard = new AtomicBoolean(true);
        try {
            Thread errors = reader(process.getErrorStream(), this::say, heard);
            Thread results = reader(process.getInputStream(), output, heard);
            int code = process.waitFor();
            if (!errors.join(PATIENCE) || !results.join(PATIENCE)) {
                say("(a program that it has left behind holds its output; what that says is not waited for)");
            }
            if (code != 0) {
                throw failed(
                        "the component `%s` was not built: `%s` ended with %d"
                                .formatted(component, shown(command), code),
                        "Mend what it says above.",
                        business.apply(log()));
            }
        } finally {
            heard.set(false);
            end(process);
        }
    }

    /** A program that ours has left behind may go on to hold what this reads. */
    private static Thread reader(InputStream from, Consumer<String> to, AtomicBoolean heard) {
        return Thread.ofVirtual()
                .start(() -> read(from, line -> {
                    if (heard.get()) {
                        to.accept(line);
                    }
                }));
    }

    private static void end(Process process) throws InterruptedException {
        if (!process.isAlive()) {
            return;
        }
        List<ProcessHandle> all = process.descendants().toList();
        process.destroy();
        all.forEach(ProcessHandle::destroy);
        boolean interrupted = Thread.interrupted();
        try {
            if (!process.waitFor(PATIENCE)) {
                process.destroyForcibly();
            }
            all.forEach(ProcessHandle::destroyForcibly);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** The program by its name and the first of what it is told: enough to know which it was. */
    private static String shown(List<String> command) {
        Path program = Path.of(command.getFirst()).getFileName();
        List<String> words = new ArrayList<>();
        words.add(String.valueOf(program));
        command.subList(1, Math.min(command.size(), 4))
                .forEach(word -> words.add(
                        word.startsWith("/") ? String.valueOf(Path.of(word).getFileName()) : word));
        return String.join(" ", words) + (command.size() > 4 ? " ..." : "");
    }

    private static void read(InputStream in, Consumer<String> to) {
        try (var reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                to.accept(line);
            }
        } catch (IOException e) {
            // ended; what came before stands
        }
    }

    private void say(String line) {
        synchronized (log) {
            log.addLast(line);
            if (log.size() > LOG_LINES) {
                log.removeFirst();
            }
        }
        listener.accept(line);
    }

    /** E0006, with what was said. */
    DiagnosticsException failed(String message, String help) {
        return failed(message, help, log());
    }

    private static DiagnosticsException failed(String message, String help, List<String> said) {
        return new DiagnosticsException(
                List.of(Diagnostic.error(ErrorCode.BUILD_FAILED, message, help).noting(said)));
    }
}
