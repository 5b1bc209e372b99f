package io.torvyn.streaming;

import static org.assertj.core.api.Assertions.assertThat;

import io.torvyn.bindgen.JavaGenerator;
import io.torvyn.contracts.Contracts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The contracts are the only source of the bindings. {@code -DupdateBindings=true} writes them anew. */
class GeneratedSourcesTest {
    private static final Path FOLDER = Path.of("src/generated/java/io/torvyn/streaming");

    private static final JavaGenerator.Options OPTIONS = new JavaGenerator.Options(
            "io.torvyn.streaming",
            Set.of(),
            Set.of(
                    "torvyn:streaming/types@0.1.0",
                    "torvyn:streaming/buffer-allocator@0.1.0",
                    "torvyn:capabilities/capability-query@0.1.0"),
            Set.of(
                    "torvyn:streaming/source@0.1.0",
                    "torvyn:streaming/processor@0.1.0",
                    "torvyn:streaming/sink@0.1.0",
                    "torvyn:streaming/lifecycle@0.1.0",
                    "torvyn:filtering/filter@0.1.0",
                    "torvyn:filtering/router@0.1.0",
                    "torvyn:aggregation/aggregator@0.1.0"),
            Map.of());

    @Test
    void committedBindingsAreWhatTheGeneratorMakesOfTheContracts() throws IOException {
        Map<String, String> generated = JavaGenerator.generate(Contracts.packages(), OPTIONS);
        if (Boolean.getBoolean("updateBindings")) {
            for (Map.Entry<String, String> file : generated.entrySet()) {
                Files.writeString(FOLDER.resolve(file.getKey()), file.getValue());
            }
        }

        assertThat(committed()).isEqualTo(generated);
    }

    /** What hand-written engine code relies on: the flat forms and named offsets of the hot path. */
    @Test
    void offsetsOfTheHotPathAreThoseOfTheCanonicalAbi() {
        assertThat(List.of(Processor.ProcessArea.SIZE, Processor.ProcessArea.ALIGN, Processor.ProcessArea.PAYLOAD))
                .containsExactly(48, 8, 8);
        assertThat(List.of(Source.PullArea.SIZE, Source.PullArea.OK_DISCRIMINANT, Source.PullArea.OK_PAYLOAD))
                .containsExactly(48, 8, 16);
        assertThat(List.of(Types.OutputElementLayout.PAYLOAD, Types.ElementMetaLayout.CONTENT_TYPE_ADDRESS))
                .containsExactly(24, 16);
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
