package io.torvyn.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** The targets of {@code fuzz/targets.txt}, which scripts/fuzz reads too. */
final class FuzzTargets {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    private FuzzTargets() {}

    /**
     * One line of it.
     *
     * @param longest input that it is given, in bytes
     * @param seeds folders, searched in depth
     */
    record Target(String name, MethodHandle code, int longest, List<Path> seeds) {
        /** Seeds, and what was once found. */
        List<Path> inputs() {
            var inputs = new ArrayList<Path>();
            for (Path folder : seeds) {
                inputs.addAll(filesIn(folder));
            }
            Path regressions = ROOT.resolve("fuzz/regressions").resolve(name);
            if (Files.isDirectory(regressions)) {
                inputs.addAll(filesIn(regressions));
            }
            return inputs;
        }

        void run(byte[] input) {
            try {
                code.invokeExact(input);
            } catch (RuntimeException | Error e) {
                throw e;
            } catch (Throwable e) {
                throw new AssertionError(e);
            }
        }
    }

    static List<Target> all() {
        try (Stream<String> lines = Files.lines(ROOT.resolve("fuzz/targets.txt"))) {
            return lines.filter(line -> !line.startsWith("#"))
                    .map(FuzzTargets::target)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Target target(String line) {
        String[] parts = line.split(" ");
        try {
            MethodHandle code = MethodHandles.lookup()
                    .findStatic(
                            Class.forName(parts[1]),
                            "fuzzerTestOneInput",
                            MethodType.methodType(void.class, byte[].class));
            List<Path> seeds = Arrays.stream(parts).skip(4).map(ROOT::resolve).toList();
            return new Target(parts[0], code, Integer.parseInt(parts[3]), seeds);
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException("no such target: " + line, e);
        }
    }

    private static List<Path> filesIn(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
