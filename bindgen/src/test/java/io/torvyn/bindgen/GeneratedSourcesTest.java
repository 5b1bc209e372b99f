package io.torvyn.bindgen;

import static org.assertj.core.api.Assertions.assertThat;

import io.torvyn.contracts.WitPackages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The bindings that {@link RoundTripTest} uses. {@code -DupdateBindings=true} writes them anew. */
class GeneratedSourcesTest {
    private static final Path FOLDER = Path.of("src/test/generated/java/io/torvyn/bindgen/values");

    @Test
    void committedBindingsAreWhatTheGeneratorMakes() throws IOException {
        var options = new JavaGenerator.Options(
                "io.torvyn.bindgen.values",
                Set.of("test:values/kinds@1.0.0", "test:values/echo@1.0.0", "test:values/bytes@1.0.0"),
                Set.of("test:values/echo@1.0.0", "test:values/bytes@1.0.0", "test:values/probe@1.0.0"),
                Map.of());
        Map<String, String> generated = JavaGenerator.generate(
                WitPackages.load(Path.of("src/test/guest/values.wit"))
                        .roots()
                        .getFirst()
                        .interfaces(),
                options);
        if (Boolean.getBoolean("updateBindings")) {
            for (Map.Entry<String, String> file : generated.entrySet()) {
                Files.writeString(FOLDER.resolve(file.getKey()), file.getValue());
            }
        }

        assertThat(committed()).isEqualTo(generated);
    }

    private static Map<String, String> committed() throws IOException {
        Map<String, String> texts = new TreeMap<>();
        try (Stream<Path> files = Files.list(FOLDER)) {
            for (Path file : files.toList()) {
                texts.put(file.getFileName().toString(), Files.readString(file));
            }
        }
        return texts;
    }
}
