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

/** Bindings that tests and benchmarks use. {@code -DupdateBindings=true} writes them anew. */
class GeneratedSourcesTest {
    private static final Path GENERATED = Path.of("src/test/generated/java/io/torvyn/bindgen");
    private static final Path GUESTS = Path.of("../guests/wit/deps");

    @Test
    void bindingsOfTheEchoGuest() throws IOException {
        var options = new JavaGenerator.Options(
                "io.torvyn.bindgen.values",
                Set.of(),
                Set.of("test:values/kinds@1.0.0", "test:values/echo@1.0.0", "test:values/bytes@1.0.0"),
                Set.of("test:values/echo@1.0.0", "test:values/bytes@1.0.0", "test:values/probe@1.0.0"),
                Map.of());

        assertCommitted(GENERATED.resolve("values"), Path.of("src/test/guest/values.wit"), options);
    }

    @Test
    void bindingsOfTheCallsGuest() throws IOException {
        assertCommitted(GENERATED.resolve("calls"), GUESTS, world("io.torvyn.bindgen.calls", "torvyn:calls/all-calls"));
        assertCommitted(
                Path.of("../benchmarks/src/generated/java/io/torvyn/benchmarks/calls"),
                GUESTS,
                world("io.torvyn.benchmarks.calls", "torvyn:calls/all-calls"));
    }

    @Test
    void bindingsOfTheOwnersGuest() throws IOException {
        assertCommitted(GENERATED.resolve("owners"), GUESTS, world("io.torvyn.bindgen.owners", "owners"));
    }

    @Test
    void bindingsOfThePlacesGuest() throws IOException {
        assertCommitted(GENERATED.resolve("places"), GUESTS, world("io.torvyn.bindgen.places", "places"));
    }

    private static JavaGenerator.Options world(String javaPackage, String name) {
        return new JavaGenerator.Options(javaPackage, Set.of(name), Set.of(), Set.of(), Map.of());
    }

    private static void assertCommitted(Path folder, Path wit, JavaGenerator.Options options) throws IOException {
        Map<String, String> generated = JavaGenerator.generate(WitPackages.load(wit), options);
        if (Boolean.getBoolean("updateBindings")) {
            Files.createDirectories(folder);
            for (Map.Entry<String, String> file : generated.entrySet()) {
                Files.writeString(folder.resolve(file.getKey()), file.getValue());
            }
        }

        assertThat(committed(folder)).isEqualTo(generated);
    }

    private static Map<String, String> committed(Path folder) throws IOException {
        Map<String, String> texts = new TreeMap<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                texts.put(file.getFileName().toString(), Files.readString(file));
            }
        }
        return texts;
    }
}
