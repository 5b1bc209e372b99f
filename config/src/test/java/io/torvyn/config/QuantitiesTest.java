package io.torvyn.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** cli.md, "Value formats". */
class QuantitiesTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "7, 7",
        "7B, 7",
        "7b, 7",
        "1K, 1024",
        "1k, 1024",
        "3KiB, 3072",
        "2M, 2097152",
        "2mib, 2097152",
        "1G, 1073741824",
        "1GIB, 1073741824",
        "9223372036854775807, 9223372036854775807"
    })
    void aSizeIsAWholeNumberWithAUnit(String text, long bytes) {
        assertThat(Quantities.size(text)).hasValue(bytes);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "B",
                "-1",
                "+1",
                "1.5K",
                "1 K",
                " 1",
                "1KB",
                "1T",
                "1KiBs",
                "0x10",
                "9223372036854775808",
                "9007199254740992K",
                "8589934592G",
                "٣"
            })
    void anythingElseIsNoSize(String text) {
        assertThat(Quantities.size(text)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "0s, PT0S",
        "5ms, PT0.005S",
        "1.5s, PT1.5S",
        "0.0000001ms, PT0S",
        "90s, PT1M30S",
        "2m, PT2M",
        "1.5h, PT1H30M",
        "0.000001ms, PT0.000000001S"
    })
    void aDurationIsADecimalNumberWithAUnit(String text, Duration duration) {
        assertThat(Quantities.duration(text)).contains(duration);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "5",
                "s",
                "-5s",
                "+5s",
                "5 s",
                "5S",
                "5sec",
                ".5s",
                "5.s",
                "1e3s",
                "1d",
                "5us",
                "999999999999999999h"
            })
    void anythingElseIsNoDuration(String text) {
        assertThat(Quantities.duration(text)).isEmpty();
    }
}
