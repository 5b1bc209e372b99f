package io.torvyn.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The command as a process. The distribution that Maven has packaged is copied once, in the form of an installed one, so
 * that nothing is built while a test runs; its caches are the tests' own.
 */
final class TorvynProcess {
    static final Path LAUNCHER = install();
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final List<String> command;
    private Path directory = SourceTree.ROOT;
    private byte[] stdin = {};
    private String javaOptions = "";

    private TorvynProcess(List<String> command) {
        this.command = command;
    }

    /** Signals have their usual meaning in the process, whatever the one that runs the tests does about them. */
    static TorvynProcess torvyn(String... arguments) {
        List<String> command = new ArrayList<>(List.of("env", "--default-signal=INT,TERM,PIPE", LAUNCHER.toString()));
        command.addAll(List.of(arguments));
        return new TorvynProcess(command);
    }

    /** A script for bash that finds the launcher as {@code $torvyn}. */
    static TorvynProcess bash(String script) {
        return new TorvynProcess(List.of("env", "--default-signal=INT,TERM,PIPE", "bash", "-c", script));
    }

    private static Path install() {
        try {
            Path installed = SourceTree.target("installed");
            SourceTree.deleteAll(installed);
            Path lib = SourceTree.ROOT.resolve("cli/target/dist/lib");
            assertThat(lib)
                    .as("the distribution, which the package phase of cli makes")
                    .isDirectory();
            SourceTree.copyAll(lib, installed.resolve("lib"));
            Files.createDirectories(installed.resolve("bin"));
            return Files.copy(SourceTree.ROOT.resolve("bin/torvyn"), installed.resolve("bin/torvyn"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    TorvynProcess in(Path folder) {
        directory = folder;
        return this;
    }

    /** For what ends before its first element: such a process only warms up, and half of that can be left out. */
    TorvynProcess shortLived() {
        javaOptions = "-XX:TieredStopAtLevel=1";
        return this;
    }

    TorvynProcess stdin(byte[] bytes) {
        stdin = bytes;
        return this;
    }

    TorvynProcess stdin(String text) {
        return stdin(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Starts it, gives it all its input, and waits for its end. */
    Ended run() {
        try (Running running = start()) {
            running.type(stdin);
            running.endInput();
            return running.await(PATIENCE);
        }
    }

    /** Starts it with an open input. */
    Running start() {
        var builder = new ProcessBuilder(command).directory(directory.toFile());
        Map<String, String> environment = builder.environment();
        environment.keySet().removeIf(name -> name.startsWith("TORVYN_") || name.equals("NO_COLOR"));
        environment.put("TORVYN_HOME", LAUNCHER.resolveSibling("home").toString());
        environment.put("TORVYN_JAVA_HOME", System.getProperty("java.home"));
        environment.put("TORVYN_JAVA_OPTIONS", javaOptions);
        environment.put("torvyn", LAUNCHER.toString());
        try {
            return new Running(builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A process on its way. Its output is collected all the time, unless it is told not to be. */
    static final class Running implements AutoCloseable {
        private final Process process;
        private final Collected stdout;
        private final Collected stderr;

        private Running(Process process) {
            this.process = process;
            stdout = new Collected(process.getInputStream());
            stderr = new Collected(process.getErrorStream());
        }

        void type(byte[] bytes) {
            try {
                OutputStream in = process.getOutputStream();
                in.write(bytes);
                in.flush();
            } catch (IOException e) {
                // it reads no more; what it did instead is what the test looks at
            }
        }

        void endInput() {
            try {
                process.getOutputStream().close();
            } catch (IOException e) {
                // as in type
            }
        }

        void signal(String name) {
            try {
                int sent = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                        .start()
                        .waitFor();
                assertThat(sent).isZero();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        void awaitStdout(String text) {
            stdout.await(text);
        }

        void awaitStderr(String text) {
            stderr.await(text);
        }

        boolean endsWithin(Duration time) {
            try {
                return process.waitFor(time.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        Ended await(Duration patience) {
            if (!endsWithin(patience)) {
                process.destroyForcibly();
                throw new AssertionError(
                        "not finished after %s; stderr so far:%n%s".formatted(patience, stderr.text()));
            }
            return new Ended(process.exitValue(), stdout.all(), new String(stderr.all(), StandardCharsets.UTF_8));
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }

    /** What a process came to. */
    record Ended(int exitCode, byte[] stdout, String stderr) {
        String text() {
            return new String(stdout, StandardCharsets.UTF_8);
        }

        /** The one JSON document on standard output; anything behind it is an error. */
        JsonNode json() {
            return JsonMapper.builder()
                    .enable(tools.jackson.databind.DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build()
                    .readTree(stdout);
        }

        Ended exitsWith(int expected) {
            assertThat(exitCode).as("exit code; stderr:%n%s", stderr).isEqualTo(expected);
            return this;
        }
    }

    private static final class Collected {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final Thread reader;
        private boolean ended;

        Collected(InputStream in) {
            reader = Thread.ofVirtual().start(() -> read(in));
        }

        private void read(InputStream in) {
            byte[] chunk = new byte[1 << 16];
            try (in) {
                for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
                    synchronized (this) {
                        bytes.write(chunk, 0, n);
                        notifyAll();
                    }
                }
            } catch (IOException e) {
                // killed; what came before stands
            }
            synchronized (this) {
                ended = true;
                notifyAll();
            }
        }

        synchronized String text() {
            return bytes.toString(StandardCharsets.UTF_8);
        }

        synchronized void await(String text) {
            long end = System.nanoTime() + PATIENCE.toNanos();
            while (!text().contains(text)) {
                long millis = (end - System.nanoTime()) / 1_000_000;
                if (millis <= 0 || ended) {
                    throw new AssertionError("'%s' never came, but: %s".formatted(text, text()));
                }
                try {
                    wait(millis);
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
        }

        byte[] all() {
            try {
                reader.join();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            synchronized (this) {
                return bytes.toByteArray();
            }
        }
    }
}
