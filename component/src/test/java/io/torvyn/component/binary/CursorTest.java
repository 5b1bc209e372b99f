package io.torvyn.component.binary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The values of the core specification, "Binary Format", that components use too. */
class CursorTest {
    private static Cursor over(int... bytes) {
        byte[] array = new Bytes().raw(bytes).toArray();
        return new Cursor(array, 0, array.length, "the file");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 127, 128, 16383, 16384, 1 << 28, Integer.MAX_VALUE})
    void unsignedNumbersAreReadBack(int value) {
        byte[] bytes = new Bytes().u32(value).toArray();
        var in = new Cursor(bytes, 0, bytes.length, "the file");

        assertThat(in.readU32()).isEqualTo(value);
        assertThat(in.atEnd()).isTrue();
    }

    @Test
    void numbersMayBePaddedUpToFiveBytes() {
        assertThat(over(0x81, 0x80, 0x80, 0x80, 0x00).readU32()).isEqualTo(1);
    }

    @Test
    void numbersOfSixBytesAreRefused() {
        assertThatThrownBy(() -> over(0x81, 0x80, 0x80, 0x80, 0x80, 0x00).readU32())
                .hasMessage("the representation of an integer is too long");
    }

    @Test
    void numbersOfMoreThan32BitsAreRefused() {
        assertThatThrownBy(() -> over(0xff, 0xff, 0xff, 0xff, 0x1f).readU32())
                .hasMessage("the integer needs more than 32 bits");
    }

    @Test
    void numbersThatNoIndexCanHaveAreRefused() {
        assertThatThrownBy(() -> over(0xff, 0xff, 0xff, 0xff, 0x0f).readU32())
                .hasMessage("the number 4294967295 is too large");
    }

    @ParameterizedTest
    @CsvSource({"0x00, 0", "0x3f, 63", "0x40, -64", "0x7f, -1"})
    void signedNumbersOfOneByteKeepTheirSign(String b, long value) {
        assertThat(over(Integer.decode(b)).readSigned(33)).isEqualTo(value);
    }

    @Test
    void signedNumbersAreReadToTheirLastBit() {
        assertThat(over(0xff, 0xff, 0xff, 0xff, 0x07).readSigned(32)).isEqualTo(Integer.MAX_VALUE);
        assertThat(over(0x80, 0x80, 0x80, 0x80, 0x78).readSigned(32)).isEqualTo(Integer.MIN_VALUE);
        assertThat(over(0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x7f)
                        .readSigned(64))
                .isEqualTo(Long.MIN_VALUE);
    }

    @Test
    void signedNumbersWithMoreBitsThanAllowedAreRefused() {
        assertThatThrownBy(() -> over(0xff, 0xff, 0xff, 0xff, 0x0f).readSigned(32))
                .hasMessage("the integer needs more than 32 bits");
    }

    @Test
    void nothingIsReadBeyondThePartThatIsBeingRead() {
        Cursor in = over(0x01, 0x05, 0x06);

        assertThatThrownBy(() -> in.readSized("alias section", () -> {
                    in.readByte();
                    in.readByte();
                }))
                .hasMessage("unexpected end of the alias section, another byte expected")
                .extracting("offset")
                .isEqualTo(2);
    }

    @Test
    void whatIsLeftOfASectionIsAnError() {
        Cursor in = over(0x02, 0x05, 0x06);

        assertThatThrownBy(() -> in.readSized("alias section", in::readByte))
                .hasMessage("1 bytes too many in the alias section");
    }

    @Test
    void aSectionLargerThanTheFileIsRefusedBeforeItIsRead() {
        Cursor in = over(0x7f, 0x05);

        assertThatThrownBy(() -> in.readSized("alias section", in::readByte))
                .hasMessage("the alias section claims 127 bytes, but only 1 are left");
    }

    @Test
    void aCountThatCannotBeTrueIsRefusedBeforeAnythingIsAllocated() {
        assertThatThrownBy(() -> over(0xff, 0xff, 0xff, 0x7f, 0x00).readCount("fields"))
                .hasMessage("268435455 fields are announced, but only 1 bytes are left");
    }

    @Test
    void aNameThatIsNotUtf8IsRefused() {
        assertThatThrownBy(() -> over(0x02, 0xc0, 0x80).readName()).hasMessage("a name is not UTF-8");
    }

    @Test
    void aNameLongerThanAllowedIsRefused() {
        byte[] bytes = new Bytes().name("x".repeat(Cursor.MAX_NAME_BYTES + 1)).toArray();

        assertThatThrownBy(() -> new Cursor(bytes, 0, bytes.length, "the file").readName())
                .hasMessage("a name of 100001 bytes is longer than the allowed 100000");
    }
}
