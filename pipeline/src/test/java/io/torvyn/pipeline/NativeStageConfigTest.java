package io.torvyn.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torvyn.pipeline.NativeStageConfig.Framing;
import io.torvyn.types.ErrorCode;
import io.torvyn.types.TorvynException;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NativeStageConfigTest {
    @ParameterizedTest
    @ValueSource(strings = {"", "  ", "{}"})
    void nothingSaidMeansLinesOfAMebibyte(String text) {
        assertThat(NativeStageConfig.parse("input", "stdin", text))
                .isEqualTo(new NativeStageConfig(Optional.empty(), Framing.LINES, 1 << 20, false));
    }

    @Test
    void everyKeyIsUnderstood() {
        assertThat(NativeStageConfig.parse("input", "file", """
                        {"path": "a/b.log", "framing": "chunks", "max_line": 16777216, "append": true}
                        """))
                .isEqualTo(new NativeStageConfig(Optional.of("a/b.log"), Framing.CHUNKS, 16 << 20, true));
        assertThat(NativeStageConfig.parse("input", "stdin", "{\"max_line\": 1}")
                        .maxLine())
                .isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            stdin  | framing                          | is not JSON: Unrecognized token 'framing'
            stdin  | {"framing": "lines"              | is not JSON: Unexpected end-of-input
            stdin  | {} {}                            | is not JSON: Trailing token
            stdin  | ["lines"]                        | is not a JSON object
            stdin  | null                             | is not a JSON object
            stdin  | {"max_lines": 5, "delimiter": 1} | has an unknown key `delimiter`
            stdin  | {"framing": "records"}           | has a `framing` that is neither "lines" nor "chunks"
            stdin  | {"framing": 3}                   | has a `framing` that is neither "lines" nor "chunks"
            stdin  | {"framing": null}                | has a `framing` that is neither "lines" nor "chunks"
            stdin  | {"max_line": 0}                  | has a `max_line` that is no whole number from 1 to 16777216
            stdin  | {"max_line": -5}                 | has a `max_line` that is no whole number from 1 to 16777216
            stdin  | {"max_line": 16777217}           | has a `max_line` that is no whole number from 1 to 16777216
            stdin  | {"max_line": 99999999999999999}  | has a `max_line` that is no whole number from 1 to 16777216
            stdin  | {"max_line": 1.5}                | has a `max_line` that is no whole number from 1 to 16777216
            stdin  | {"max_line": "10"}               | has a `max_line` that is no whole number from 1 to 16777216
            stdout | {"append": "yes"}                | has an `append` that is neither true nor false
            file   | {"path": 5}                      | has a `path` that is no text
            file   | {"path": null}                   | has a `path` that is no text
            file   | {}                               | lacks `path`
            stdout | {"path": "x"}                    | has a `path`, which only native:file takes
            """)
    void everythingElseIsRefusedWithItsReason(String stage, String text, String problem) {
        assertThatThrownBy(() -> NativeStageConfig.parse("node", stage, text))
                .isInstanceOfSatisfying(TorvynException.class, e -> {
                    assertThat(e.failure().code()).isEqualTo(ErrorCode.INVALID_VALUE);
                    assertThat(e.failure().message())
                            .startsWith("the config of 'node' (native:" + stage + ") " + problem);
                    assertThat(e.failure().help()).contains("`framing`", "`max_line`", "`append`", "`path`");
                });
    }
}
