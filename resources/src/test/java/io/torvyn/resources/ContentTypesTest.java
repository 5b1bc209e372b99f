package io.torvyn.resources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torvyn.component.TrapException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ContentTypesTest {
    private final ContentTypes types = new ContentTypes();
    private final ArrayMemory memory = new ArrayMemory(4096);

    private ContentType fromGuest(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        memory.write(16, utf8, 0, utf8.length);
        return types.intern(memory, 16, utf8.length);
    }

    @Test
    void theSameTextIsTheSameObjectHoweverItComes() {
        ContentType text = types.intern("text/plain");
        ContentType json = fromGuest("application/json");
        assertThat(fromGuest("text/plain")).isSameAs(text);
        assertThat(types.intern("application/json")).isSameAs(json);
        assertThat(types.size()).isEqualTo(2);
        assertThat(fromGuest("")).isSameAs(ContentType.NONE);
    }

    @Test
    void longTextsAreCutOnACharacterBoundary() {
        ContentType cut = fromGuest("x".repeat(62) + "é and more");
        assertThat(cut.text()).isEqualTo("x".repeat(62));
        assertThat(types.intern("x".repeat(62) + "é and more")).isSameAs(cut);
        assertThat(fromGuest("y".repeat(64)).utf8()).hasSize(63);
    }

    @Test
    void theTableIsBoundedAndTheRestStillWorks() {
        for (int i = 0; i < 1000; i++) {
            assertThat(types.intern("type/" + i).text()).isEqualTo("type/" + i);
        }
        assertThat(types.size()).isEqualTo(256);
        assertThat(fromGuest("type/999").text()).isEqualTo("type/999");
    }

    @Test
    void bytesThatAreNotUtf8Trap() {
        memory.bytes[16] = (byte) 0xff;
        assertThatThrownBy(() -> types.intern(memory, 16, 1)).isInstanceOf(TrapException.class);
        memory.bytes[16 + 100] = (byte) 0xff; // beyond what is kept
        assertThatThrownBy(() -> types.intern(memory, 16, 101)).isInstanceOf(TrapException.class);
    }
}
