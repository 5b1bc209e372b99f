package io.torvyn.component;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Components in src/test/fixtures, as text and as the binaries that build.sh makes of it. */
final class Fixtures {
    private static final Path ROOT = Path.of("src/test/fixtures");

    private Fixtures() {}

    /** Names, with their folder and without {@code .wasm}. */
    static List<String> in(String folder) {
        try (Stream<Path> files = Files.list(ROOT.resolve(folder))) {
            return files.map(file -> folder + "/" + file.getFileName())
                    .filter(name -> name.endsWith(".wasm"))
                    .map(name -> name.substring(0, name.length() - ".wasm".length()))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static byte[] binary(String name) {
        try {
            return Files.readAllBytes(ROOT.resolve(name + ".wasm"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The rule that an invalid component breaks: the first line of its text. */
    static String brokenRule(String name) {
        try {
            return Files.readAllLines(ROOT.resolve(name + ".wat")).getFirst().substring(";; ".length());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
