package io.torvyn.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SignificantLinesTest {
    @Test
    void blankLinesAndCommentsAreTakenOutAndNumbersKept() {
        SignificantLines lines = SignificantLines.of("# head\n\na = 1\n  \t\r\n  # note\nb = [\n\n 2 ] # tail\n\n");

        assertThat(lines.text()).isEqualTo("a = 1\nb = [\n 2 ] # tail\n");
        assertThat(IntStream.rangeClosed(1, 4).map(lines::number)).containsExactly(3, 6, 8, 9);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a = \"\"\"\n\n# text\n\"\"\"",
                "a = '''\n\n# text\n'''",
                "a = \"\"\"x\\\"\"\"\"\"\nb = '''\n# text\n'''",
                "a = \"\"\"x\"\"\"\"\"\nb = 1",
                "a = '''x'''''\nb = \"\"\"\n\n\"\"\"",
                "a = '\"\"\"'\nb = 1",
                "a = \"'''\\\"\"\nb = 1",
                "a = \"\"\"\\\n\n  x\"\"\"\nb = 2",
                "a = 1 # \"\"\"\nb = 2"
            })
    void nothingIsTakenOutOfAString(String text) {
        assertThat(SignificantLines.of(text).text()).isEqualTo(text);
    }

    @Test
    void afterAStringBlankLinesAreTakenOutAgain() {
        assertThat(SignificantLines.of("a = \"\"\"\n\n\"\"\"\n\nb = \"x\"\n\n'c' = ''\n\n\"\" = 1\n\n")
                        .text())
                .isEqualTo("a = \"\"\"\n\n\"\"\"\nb = \"x\"\n'c' = ''\n\"\" = 1\n");
    }
}
