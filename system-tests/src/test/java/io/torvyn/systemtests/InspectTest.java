package io.torvyn.systemtests;

import static io.torvyn.systemtests.TorvynProcess.torvyn;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class InspectTest {
    private static final String GUESTS = "guests/src/main/resources/io/torvyn/guests/";

    @Test
    void aComponentIsShownToPeople() {
        assertThat(torvyn("inspect", GUESTS + "copy.wasm").run().exitsWith(0).text())
                .contains("torvyn:streaming 0.1.0", "Made of:", "core module", "To compile:", " of code")
                .contains("It imports nothing that would need one.")
                .contains("world root {\n  import torvyn:streaming/types@0.1.0;")
                .contains("process: func(input: stream-element) -> result<process-result, process-error>;");
    }

    @Test
    void itsWorldAloneIsWit() {
        assertThat(torvyn("inspect", "--wit", GUESTS + "copy.wasm")
                        .run()
                        .exitsWith(0)
                        .text())
                .startsWith("package root:component;\n\nworld root {\n")
                .endsWith("}\n");
    }

    @Test
    void asJsonItHasTheSameFacts() {
        JsonNode root = torvyn("--format", "json", "inspect", GUESTS + "files.wasm")
                .run()
                .exitsWith(0)
                .json();

        assertThat(root.at("/data/name").asString()).isEqualTo("files");
        assertThat(root.at("/data/exports/0").asString()).startsWith("wasi:cli/run@0.2");
        assertThat(root.at("/data/capabilities_optional").toString()).contains("filesystem:read");
        assertThat(root.at("/data/core_modules/0/functions").asInt()).isPositive();
        assertThat(root.at("/data/contracts/component.wit").asString()).startsWith("package root:component;");
    }

    /** A component of one core module with one function, which adds so often that it does not fit a method of the JVM. */
    private static byte[] huge() {
        var body = new ByteArrayOutputStream();
        body.writeBytes(new byte[] {0, 0x42, 0});
        for (int i = 0; i < 20_000; i++) {
            body.writeBytes(new byte[] {0x42, (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, 1, 0x7c});
        }
        body.write(0x0b);
        var module = new ByteArrayOutputStream();
        module.writeBytes(new byte[] {0, 'a', 's', 'm', 1, 0, 0, 0, 1, 5, 1, 0x60, 0, 1, 0x7e, 3, 2, 1, 0, 10});
        module.writeBytes(sized(concat(new byte[] {1}, sized(body.toByteArray()))));
        return concat(new byte[] {0, 'a', 's', 'm', 13, 0, 1, 0, 1}, sized(module.toByteArray()));
    }

    private static byte[] sized(byte[] contents) {
        int size = contents.length;
        byte[] head = {(byte) (0x80 | size), (byte) (0x80 | size >> 7), (byte) (0x80 | size >> 14), (byte) (size >> 21)
        };
        return concat(head, contents);
    }

    private static byte[] concat(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    @Test
    void whatItTakesToCompileItIsFoundOutByDoingIt(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("huge.wasm");
        Files.write(file, huge());

        JsonNode compiled = torvyn("--format", "json", "inspect", "--compile", file.toString())
                .run()
                .exitsWith(0)
                .json();

        assertThat(compiled.at("/data/compilation/duration_ms").asInt()).isPositive();
        assertThat(compiled.at("/data/compilation/code_bytes").asInt()).isPositive();
        assertThat(compiled.at("/data/core_modules/0/interpreted_functions").toString())
                .isEqualTo("[{\"index\":0,\"name\":\"func[0]\",\"size_bytes\":140004}]");
        assertThat(torvyn("inspect", "--compile", "--show", "size", file.toString())
                        .run()
                        .exitsWith(0)
                        .text())
                .contains(" and makes ")
                .contains("func[0] of module 0, 136.7 KiB: too large for a method of the JVM");
    }

    @Test
    void aPackageInBinaryFormIsShownAsWit() {
        String file = "component/src/test/fixtures/packages/annotated.wasm";

        assertThat(torvyn("inspect", file).run().exitsWith(0).text())
                .contains("WIT package", "acme:paint@1.2.0", "/// A brush.");
        assertThat(torvyn("--format", "json", "inspect", file)
                        .run()
                        .exitsWith(0)
                        .json()
                        .at("/data/contracts/package.wit")
                        .asString())
                .contains("package acme:paint@1.2.0;");
    }

    @Test
    void whatIsNoComponentIsRefusedWithOne() {
        assertThat(torvyn("inspect", "README.md").run().exitsWith(1).stderr()).contains("error[E0800]", "README.md");
        assertThat(torvyn("inspect", "nowhere.wasm").run().exitsWith(1).stderr())
                .contains("error[E0001]", "nowhere.wasm");
    }
}
