package io.torvyn.types;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestNameTest {
    private static final List<String> KEYS = List.of("name", "version", "contract_version", "description");

    @ParameterizedTest
    @CsvSource({
        "nmae, name",
        "nam, name",
        "NAME, name",
        "verison, version",
        "contract-version, contract_version",
        "descripton, description"
    })
    void aTypingErrorFindsTheNameThatWasMeant(String written, String meant) {
        assertThat(NearestName.of(written, KEYS)).contains(meant);
    }

    @Test
    void aDifferentWordFindsNothing() {
        assertThat(NearestName.of("license", KEYS)).isEmpty();
        assertThat(NearestName.of("", KEYS)).isEmpty();
        assertThat(NearestName.of("name".repeat(100_000), KEYS)).isEmpty();
    }
}
