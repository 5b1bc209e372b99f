package io.torvyn.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** CanonicalABI.md, "load_string_from_range", "store_string_into_range". */
class StringEncodingTest {
    private static final int TAG = 1 << 31;

    @ParameterizedTest
    @EnumSource
    void stringsComeBackAsTheyWent(StringEncoding encoding) {
        var guest = new TestGuest(encoding);
        for (String string : new String[] {"", "a", "ASCII", "é", "ÿ", "Ā", "€", "😀", "a\u0000b", "\ufffd", "é€😀x"}) {
            long packed = guest.cx.storeString(string);

            assertThat(guest.cx.loadString(LiftLowerContext.address(packed), LiftLowerContext.length(packed)))
                    .isEqualTo(string);
        }
    }

    @ParameterizedTest
    @EnumSource
    void randomStringsComeBackAsTheyWent(StringEncoding encoding) {
        var guest = new TestGuest(encoding);
        var random = new Random(20);
        for (int i = 0; i < 500; i++) {
            String string = RandomValues.string(random);
            long packed = guest.cx.storeString(string);

            assertThat(guest.cx.loadString(LiftLowerContext.address(packed), LiftLowerContext.length(packed)))
                    .isEqualTo(string);
        }
    }

    static Stream<Arguments> stored() {
        return Stream.of(
                Arguments.of(StringEncoding.UTF8, "é", 1, 2, new int[] {0xc3, 0xa9}),
                Arguments.of(StringEncoding.UTF8, "😀", 1, 4, new int[] {0xf0, 0x9f, 0x98, 0x80}),
                Arguments.of(StringEncoding.UTF16, "é", 2, 1, new int[] {0xe9, 0}),
                Arguments.of(StringEncoding.UTF16, "😀", 2, 2, new int[] {0x3d, 0xd8, 0, 0xde}),
                Arguments.of(StringEncoding.LATIN1_UTF16, "é", 2, 1, new int[] {0xe9}),
                Arguments.of(StringEncoding.LATIN1_UTF16, "é€", 2, 2 | TAG, new int[] {0xe9, 0, 0xac, 0x20}),
                Arguments.of(StringEncoding.LATIN1_UTF16, "", 2, 0, new int[] {}));
    }

    @ParameterizedTest
    @MethodSource("stored")
    void aStringLiesInMemoryAsItsEncodingHasIt(
            StringEncoding encoding, String string, int align, int taggedCodeUnits, int[] bytes) {
        var guest = new TestGuest(encoding);

        long packed = guest.cx.storeString(string);

        assertThat(LiftLowerContext.length(packed)).isEqualTo(taggedCodeUnits);
        assertThat(guest.reallocs).containsExactly(java.util.List.of(0, 0, align, bytes.length));
        byte[] found = guest.bytes(LiftLowerContext.address(packed), bytes.length);
        for (int i = 0; i < bytes.length; i++) {
            assertThat(found[i] & 0xff).isEqualTo(bytes[i]);
        }
    }

    static Stream<int[]> badUtf8() {
        return Stream.of(
                new int[] {0x80}, // a continuation without a start
                new int[] {0xc3}, // a start without continuation
                new int[] {0xc0, 0x80}, // overlong
                new int[] {0xe0, 0x80, 0x80}, // overlong
                new int[] {0xed, 0xa0, 0x80}, // a surrogate
                new int[] {0xf4, 0x90, 0x80, 0x80}, // beyond U+10FFFF
                new int[] {0xf0, 0x9f, 0x98}, // cut
                new int[] {'a', 0xef, 0xbf, 0xbd, 0xff}, // after a U+FFFD that is meant
                new int[] {0xfe});
    }

    @ParameterizedTest
    @MethodSource("badUtf8")
    void utf8ThatIsNotValidTraps(int[] bytes) {
        var guest = new TestGuest();
        int address = guest.place(1, bytes);

        assertThatThrownBy(() -> guest.cx.loadString(address, bytes.length))
                .isInstanceOf(TrapException.class)
                .hasMessageMatching("(invalid utf-8|incomplete utf-8 byte) sequence from index \\d+");
    }

    static Stream<int[]> badUtf16() {
        return Stream.of(
                new int[] {0x3d, 0xd8}, // a high surrogate at the end
                new int[] {0x00, 0xde}, // a low surrogate alone
                new int[] {0x00, 0xde, 0x3d, 0xd8}, // the wrong way round
                new int[] {0x3d, 0xd8, 'a', 0});
    }

    @ParameterizedTest
    @MethodSource("badUtf16")
    void utf16WithALoneSurrogateTraps(int[] bytes) {
        var utf16 = new TestGuest(StringEncoding.UTF16);
        int address = utf16.place(2, bytes);
        assertThatThrownBy(() -> utf16.cx.loadString(address, bytes.length / 2))
                .isInstanceOf(TrapException.class)
                .hasMessageMatching("(invalid utf-16|incomplete utf-16 byte) sequence from index \\d+");

        var tagged = new TestGuest(StringEncoding.LATIN1_UTF16);
        int taggedAddress = tagged.place(2, bytes);
        assertThatThrownBy(() -> tagged.cx.loadString(taggedAddress, bytes.length / 2 | TAG))
                .isInstanceOf(TrapException.class);
    }

    @Test
    void latin1TakesEveryByte() {
        var guest = new TestGuest(StringEncoding.LATIN1_UTF16);
        int address = guest.place(2, 0x00, 0x7f, 0x80, 0xff);

        assertThat(guest.cx.loadString(address, 4)).isEqualTo("\u0000\u007f\u0080\u00ff");
    }

    @ParameterizedTest
    @CsvSource({
        "UTF8, 268435456",
        "UTF8, -1",
        "UTF16, 134217728",
        "UTF16, -2147483648",
        "UTF16, -1",
        "LATIN1_UTF16, 268435456",
        "LATIN1_UTF16, 2147483647",
        "LATIN1_UTF16, -1",
        "LATIN1_UTF16, -2013265920"
    })
    void aStringLongerThanTheAbiAllowsTrapsBeforeAnythingIsAllocated(StringEncoding encoding, int length) {
        assertThatThrownBy(() -> new TestGuest(encoding).cx.loadString(0, length))
                .isInstanceOf(TrapException.class)
                .hasMessageContaining("is too long");
    }

    @ParameterizedTest
    @CsvSource({
        "UTF8, 1048576, 1",
        "UTF8, 1, 1048576",
        "UTF8, -1, 1",
        "UTF8, -1, 2",
        "UTF8, 1048577, 0",
        "UTF16, 1048574, 2",
        "UTF16, 0, 67108864",
        "UTF16, -2, 1",
        "LATIN1_UTF16, 0, 1048577",
        "LATIN1_UTF16, 1048574, -2147483646"
    })
    void aStringOutsideOfMemoryTraps(StringEncoding encoding, int address, int length) {
        assertThatThrownBy(() -> new TestGuest(encoding).cx.loadString(address, length))
                .isInstanceOf(TrapException.class)
                .hasMessageContaining("string content out-of-bounds");
    }

    @ParameterizedTest
    @CsvSource({"UTF16, 0", "UTF16, 1", "LATIN1_UTF16, 0", "LATIN1_UTF16, 1", "LATIN1_UTF16, -2147483647"})
    void aStringThatIsNotAlignedTrapsAlsoWhenItIsEmpty(StringEncoding encoding, int length) {
        assertThatThrownBy(() -> new TestGuest(encoding).cx.loadString(17, length))
                .isInstanceOf(TrapException.class)
                .hasMessage("unaligned pointer");
    }

    @ParameterizedTest
    @EnumSource
    void aSurrogateWithoutPartnerGoesInAsTheReplacementCharacter(StringEncoding encoding) {
        var guest = new TestGuest(encoding);

        long packed = guest.cx.storeString("a\ud83d?\ude00b😀\ud83d");

        assertThat(guest.cx.loadString(LiftLowerContext.address(packed), LiftLowerContext.length(packed)))
                .isEqualTo("a\ufffd?\ufffdb😀\ufffd");
    }
}
