package io.torvyn.systemtests;

import static io.torvyn.systemtests.TorvynProcess.torvyn;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
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

    @Test
    void whatIsNoComponentIsRefusedWithOne() {
        assertThat(torvyn("inspect", "README.md").run().exitsWith(1).stderr()).contains("error[E0800]", "README.md");
        assertThat(torvyn("inspect", "nowhere.wasm").run().exitsWith(1).stderr())
                .contains("error[E0001]", "nowhere.wasm");
    }
}
