package io.torvyn.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** CanonicalABI.md, "Lifting and Lowering Context". */
class LiftLowerContextTest {
    private final TestGuest guest = new TestGuest();

    @Test
    void bytesAreStoredWhereReallocSays() {
        long packed = guest.cx.storeBytes(ByteSource.of(new byte[] {1, 2, 3}));

        assertThat(LiftLowerContext.length(packed)).isEqualTo(3);
        assertThat(guest.bytes(LiftLowerContext.address(packed), 3)).containsExactly(1, 2, 3);
        assertThat(guest.reallocs).containsExactly(java.util.List.of(0, 0, 1, 3));
    }

    @Test
    void reallocIsCalledForNoBytesToo() {
        guest.cx.storeBytes(new byte[0], 0, 0);
        guest.cx.storeBytes(ByteSource.of(new byte[0]));
        guest.cx.storeString("");

        assertThat(guest.reallocs).hasSize(3).allSatisfy(call -> assertThat(call)
                .containsExactly(0, 0, 1, 0));
    }

    @ParameterizedTest
    @CsvSource({"2, 1", "4, 2", "8, 4", "8, 7", "4, -2"})
    void anAddressFromReallocThatIsNotAlignedTraps(int align, int address) {
        guest.answer = (_, _, _, _) -> address;

        assertThatThrownBy(() -> guest.cx.realloc(align, 1))
                .isInstanceOf(TrapException.class)
                .hasMessage("unaligned pointer (realloc return: result not aligned)");
    }

    @ParameterizedTest
    @CsvSource({
        "1048576, 1",
        "1048575, 2",
        "1048577, 0",
        "-1, 1",
        "-1, 2",
        "-8, 16",
        "2147483647, 1",
        "-2147483648, 1",
        "8, -4",
        "0, 1048577"
    })
    void aPlaceFromReallocThatEndsOutsideOfMemoryTraps(int address, int size) {
        guest.answer = (_, _, _, _) -> address;

        assertThatThrownBy(() -> guest.cx.realloc(1, size))
                .isInstanceOf(TrapException.class)
                .hasMessage("realloc return: beyond end of memory");
    }

    @Test
    void aPlaceThatEndsWithMemoryIsAccepted() {
        guest.answer = (_, _, _, size) -> TestGuest.MEMORY_BYTES - size;

        assertThat(guest.cx.realloc(1, 100)).isEqualTo(TestGuest.MEMORY_BYTES - 100);
        assertThat(guest.cx.realloc(1, 0)).isEqualTo(TestGuest.MEMORY_BYTES);
    }

    @Test
    void theGuestMayNotLeaveWhileItRunsRealloc() {
        guest.answer = (_, _, _, _) -> {
            guest.instance.checkMayLeave();
            return 0;
        };

        assertThatThrownBy(() -> guest.cx.realloc(1, 1))
                .isInstanceOf(TrapException.class)
                .hasMessage("cannot leave component instance");
    }

    @Test
    void theGuestMayLeaveAgainAfterRealloc() {
        guest.cx.realloc(1, 1);

        guest.instance.checkMayLeave();
    }

    @Test
    void reallocWithinPostReturnDoesNotGiveTheLeaveBack() {
        guest.instance.forbidLeaving();
        guest.cx.realloc(1, 1);

        assertThatThrownBy(guest.instance::checkMayLeave).isInstanceOf(TrapException.class);
    }

    @ParameterizedTest
    @CsvSource({"1, 2, 2", "2, 4, 4", "4, 8, 8", "-1, 4, 4"})
    void aPlaceThatIsNotAlignedTraps(int address, int align, int size) {
        assertThatThrownBy(() -> guest.cx.checkPlace(address, align, size))
                .isInstanceOf(TrapException.class)
                .hasMessage("unaligned pointer");
    }

    @ParameterizedTest
    @CsvSource({"1048576, 1", "-8, 8", "-8, 16", "1048568, 16", "-2147483648, 0"})
    void aPlaceOutsideOfMemoryTraps(int address, int size) {
        assertThatThrownBy(() -> guest.cx.checkPlace(address, 8, size)).isInstanceOf(TestEngine.CoreTrapped.class);
    }

    @Test
    void bytesOfTheGuestAreSeenWhereTheyLie() {
        int address = guest.place(1, 10, 20, 30, 40);

        GuestBytes bytes = guest.cx.loadBytes(address + 1, 3);

        assertThat(bytes.length()).isEqualTo(3);
        assertThat(bytes.toArray()).containsExactly(20, 30, 40);
        byte[] target = new byte[4];
        bytes.copyTo(1, target, 2, 2);
        assertThat(target).containsExactly(0, 0, 30, 40);
        assertThatThrownBy(() -> bytes.copyTo(2, target, 0, 2)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> bytes.copyTo(-1, target, 0, 1)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, Integer.MIN_VALUE, Integer.MAX_VALUE, 1 << 28})
    void moreBytesThanTheAbiAllowsTrap(int length) {
        assertThatThrownBy(() -> guest.cx.loadBytes(0, length))
                .isInstanceOf(TrapException.class)
                .hasMessage("list of " + Integer.toUnsignedString(length) + " bytes is too long");
    }

    @ParameterizedTest
    @CsvSource({"1048576, 1", "0, 1048577", "-1, 1", "-1, 2", "-16, 32"})
    void bytesOutsideOfMemoryTrap(int address, int length) {
        assertThatThrownBy(() -> guest.cx.loadBytes(address, length))
                .isInstanceOf(TrapException.class)
                .hasMessage("list content out-of-bounds");
    }

    @Test
    void severalViewsOfOneCallDoNotDisturbEachOther() {
        int address = guest.place(1, 10, 20, 30, 40);

        GuestBytes first = guest.cx.loadBytesApart(address, 2);
        GuestBytes second = guest.cx.loadBytesApart(address + 2, 2);
        guest.cx.loadBytes(address, 1);

        assertThat(first.toArray()).containsExactly(10, 20);
        assertThat(second.toArray()).containsExactly(30, 40);
    }

    @ParameterizedTest
    @CsvSource({"0, -1, 1", "0, 268435456, 1", "0, 67108864, 4", "0, -2147483648, 2", "0, 1073741825, 4"})
    void aListLongerThanTheAbiAllowsTraps(int address, int length, int elementSize) {
        assertThatThrownBy(() -> guest.cx.checkList(address, length, 1, elementSize))
                .isInstanceOf(TrapException.class)
                .hasMessage("list of " + Integer.toUnsignedString(length) + " elements is too long");
    }

    @ParameterizedTest
    @CsvSource({"0, 262145, 4", "1048572, 2, 4", "-4, 1, 4", "-4, 2, 4", "1048580, 0, 4"})
    void aListOutsideOfMemoryTraps(int address, int length, int elementSize) {
        assertThatThrownBy(() -> guest.cx.checkList(address, length, 4, elementSize))
                .isInstanceOf(TrapException.class)
                .hasMessage("list content out-of-bounds");
    }

    @Test
    void aListThatIsNotAlignedTrapsAlsoWhenItIsEmpty() {
        assertThatThrownBy(() -> guest.cx.checkList(2, 0, 4, 4)).hasMessage("unaligned pointer");
    }

    @Test
    void roomIsAskedForAWholeList() {
        guest.cx.reallocList(3, 8, 16);

        assertThat(guest.reallocs).containsExactly(java.util.List.of(0, 0, 8, 48));
        assertThatThrownBy(() -> guest.cx.reallocList(1 << 24, 8, 16))
                .isInstanceOf(TrapException.class)
                .hasMessage("list of 16777216 elements is too long");
    }

    @Test
    void withoutMemoryOrReallocNothingPassesThroughMemory() {
        var none = new LiftLowerContext(guest.instance, null, null, StringEncoding.UTF8);

        assertThatThrownBy(none::memory).isInstanceOf(TrapException.class);
        assertThatThrownBy(() -> none.storeString("x")).isInstanceOf(TrapException.class);
        assertThatThrownBy(() -> none.loadBytes(0, 0)).isInstanceOf(TrapException.class);
    }

    @Test
    void addressAndLengthKeepTheirUpperBits() {
        long packed = LiftLowerContext.pack(0x8000_0001, 0xffff_ffff);

        assertThat(LiftLowerContext.address(packed)).isEqualTo(0x8000_0001);
        assertThat(LiftLowerContext.length(packed)).isEqualTo(-1);
        assertThat(LiftLowerContext.address(LiftLowerContext.pack(-1, 0))).isEqualTo(-1);
        assertThat(LiftLowerContext.length(LiftLowerContext.pack(-1, 0))).isZero();
    }

    @Test
    void aStringGoesInAsItsEncodingHasIt() {
        long packed = guest.cx.storeString("aé€😀");

        assertThat(guest.bytes(LiftLowerContext.address(packed), LiftLowerContext.length(packed)))
                .isEqualTo("aé€😀".getBytes(StandardCharsets.UTF_8));
    }
}
