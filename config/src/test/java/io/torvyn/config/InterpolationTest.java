package io.torvyn.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** manifest.md, "Layering": interpolation. */
class InterpolationTest {
    private static final Map<String, String> ENVIRONMENT =
            Map.of("A", "1", "LONG_NAME", "two", "NESTED", "${A}", "EMPTY", "");

    @ParameterizedTest
    @CsvSource({
        "${A}, 1",
        "a${A}b${LONG_NAME}c, a1btwoc",
        "${A}${A}, 11",
        "<${EMPTY}>, <>",
        "${NESTED}, ${A}",
        "env::LONG_NAME, two"
    })
    void aVariableIsPutInOnce(String raw, String text) {
        assertThat(Interpolation.of(raw, ENVIRONMENT::get).text()).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"${}", "${A", "$A", "$", "{A}", "a env::A", "env::", "env::A b", "A${"})
    void whatIsNoReferenceStaysAsItIs(String raw) {
        Interpolation result = Interpolation.of(raw, ENVIRONMENT::get);

        assertThat(result.text()).isEqualTo(raw);
        assertThat(result.missing()).isEmpty();
    }

    @Test
    void everyUnknownVariableIsNamed() {
        assertThat(Interpolation.of("${B} ${A} ${C}", ENVIRONMENT::get).missing())
                .containsExactly("B", "C");
        assertThat(Interpolation.of("env::B", ENVIRONMENT::get).missing()).containsExactly("B");
    }
}
