package io.torvyn.wasi;

import static org.assertj.core.api.Assertions.assertThat;

import io.torvyn.bindgen.JavaGenerator;
import io.torvyn.component.ComponentFile;
import io.torvyn.contracts.WitInterface;
import io.torvyn.contracts.WitPackages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The WIT files are the only source of the bindings. {@code -DupdateBindings=true} writes them anew. */
class GeneratedSourcesTest {
    private static final Path WIT = Path.of("src/main/resources/io/torvyn/wasi/wit");
    private static final Path FOLDER = Path.of("src/generated/java/io/torvyn/wasi");

    @Test
    void committedBindingsAreWhatTheGeneratorMakesOfTheWit() throws IOException {
        WitPackages packages = WitPackages.load(WIT, Set.of("clocks-timezone"), ComponentFile::packageText);
        Set<String> names = packages.packages().stream()
                .flatMap(each -> each.interfaces().stream())
                .map(WitInterface::name)
                .collect(Collectors.toSet());
        Map<String, String> generated = JavaGenerator.generate(
                packages, new JavaGenerator.Options("io.torvyn.wasi", Set.of(), names, Set.of(), Map.of()));
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
