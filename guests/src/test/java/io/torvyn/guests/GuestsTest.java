package io.torvyn.guests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class GuestsTest {
    static List<String> names() {
        return Guests.names();
    }

    /** Binary.md: a component starts with the magic number, version 13 and layer 1. */
    @ParameterizedTest
    @MethodSource("names")
    void everyGuestIsAComponent(String name) {
        assertThat(Arrays.copyOf(Guests.bytes(name), 8)).containsExactly(0, 'a', 's', 'm', 13, 0, 1, 0);
    }

    @Test
    void everyBuiltComponentHasItsNameInTheList() throws IOException, URISyntaxException {
        Path folder = Path.of(Guests.class.getResource("copy.wasm").toURI()).getParent();
        try (var files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString())
                            .filter(file -> file.endsWith(".wasm"))
                            .map(file -> file.substring(0, file.length() - ".wasm".length()))
                            .sorted())
                    .isEqualTo(Guests.names());
        }
    }

    @Test
    void anUnknownNameIsRefusedWithTheKnownOnes() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Guests.bytes("nobody"))
                .withMessageContaining("nobody")
                .withMessageContaining("copy");
    }
}
