package io.torvyn.component;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Explainer.md, "Canonical Interface Name". */
class ImportsTest {
    private static @Nullable String found(String wanted, String... offered) {
        var imports = new Imports();
        for (String name : offered) {
            imports.add(new HostInstance(name, Map.of()));
        }
        HostInstance instance = imports.instance(wanted);
        return instance == null ? null : instance.name();
    }

    @ParameterizedTest(name = "{0} gets {1}")
    @CsvSource({
        "wasi:io/streams@0.2.0, wasi:io/streams@0.2.6",
        "wasi:io/streams@0.2.9, wasi:io/streams@0.2.6",
        "wasi:io/streams@0.2, wasi:io/streams@0.2.6",
        "a:b/c@1.0.0, a:b/c@1.7.3",
        "a:b/c@1, a:b/c@1.7.3",
        "a:b/c@0.0.4, a:b/c@0.0.4",
        "torvyn:streaming/types, torvyn:streaming/types@0.1.0",
        "torvyn:streaming/types@0.1.0, torvyn:streaming/types",
        "a:b/c@0.2.0+one, a:b/c@0.2.0+two"
    })
    void compatibleVersionsFindEachOther(String wanted, String offered) {
        assertThat(found(wanted, offered)).isEqualTo(offered);
    }

    @ParameterizedTest(name = "{0} does not get {1}")
    @CsvSource({
        "wasi:io/streams@0.2.0, wasi:io/streams@0.3.0",
        "a:b/c@1.0.0, a:b/c@2.0.0",
        "a:b/c@0.0.4, a:b/c@0.0.5",
        "a:b/c@0.2.0-rc.1, a:b/c@0.2.0",
        "a:b/c@0.2.0, a:b/c@0.2.0-rc.1",
        "a:b/c@0.2.0, a:b/d@0.2.0"
    })
    void otherVersionsDoNot(String wanted, String offered) {
        assertThat(found(wanted, offered)).isNull();
    }

    @Test
    void theExactVersionWinsOverANewerOne() {
        assertThat(found("a:b/c@1.0.0", "a:b/c@1.9.0", "a:b/c@1.0.0")).isEqualTo("a:b/c@1.0.0");
    }

    @Test
    void theNewestCompatibleVersionWinsByNumberAndNotByLetter() {
        assertThat(found("a:b/c@1.0.0", "a:b/c@1.9.0", "a:b/c@1.10.0", "a:b/c@2.0.0"))
                .isEqualTo("a:b/c@1.10.0");
    }

    @Test
    void aNameWithoutVersionIsNotGuessedAmongSeveral() {
        assertThat(found("a:b/c", "a:b/c@1.0.0", "a:b/c@2.0.0")).isNull();
    }
}
