package io.torvyn.types;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SemanticVersionTest {
    @ParameterizedTest
    @ValueSource(
            strings = {"0.1.0", "1.2.3-rc.1", "1.0.0-0a.-", "1.0.0+001", "1.0.0--a+b-c.d", "99999999999999999999.0.0"})
    void theseAreVersions(String text) {
        assertThat(SemanticVersion.parse(text).orElseThrow()).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1",
                "1.2",
                "1.2.3.4",
                "01.2.3",
                "1.2.3-",
                "1.2.3-01",
                "1.2.3-a..b",
                "1.2.3+",
                "v1.2.3",
                "1.2.-3",
                "1..3"
            })
    void theseAreNot(String text) {
        assertThat(SemanticVersion.parse(text)).isEmpty();
    }

    /** semver.org, "Precedence". */
    @Test
    void versionsAreOrderedByPrecedence() {
        List<SemanticVersion> inOrder = new ArrayList<>();
        for (String text : List.of(
                "0.9.9",
                "1.0.0-alpha",
                "1.0.0-alpha.1",
                "1.0.0-alpha.beta",
                "1.0.0-beta",
                "1.0.0-beta.2",
                "1.0.0-beta.11",
                "1.0.0-rc.1",
                "1.0.0",
                "1.0.10",
                "1.9.0",
                "1.10.0",
                "10.0.0")) {
            inOrder.add(SemanticVersion.parse(text).orElseThrow());
        }
        List<SemanticVersion> shuffled = new ArrayList<>(inOrder);
        Collections.shuffle(shuffled, new Random(1));
        Collections.sort(shuffled);

        assertThat(shuffled).isEqualTo(inOrder);
    }
}
