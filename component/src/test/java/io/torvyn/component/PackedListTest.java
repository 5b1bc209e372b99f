package io.torvyn.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PackedListTest {
    private static final byte[] BITS = {-1, -2, -3, -4, -5, -6, -7, -8, 1, 2, 3, 4, 5, 6, 7, 8};

    static Stream<Arguments> elements() {
        return Stream.of(
                Arguments.of(PackedElement.BOOL, List.of(true, true)),
                Arguments.of(PackedElement.S8, List.of((byte) -1, (byte) -2)),
                Arguments.of(PackedElement.U16, List.of(0xfeff, 0xfcfd)),
                Arguments.of(PackedElement.S16, List.of((short) 0xfeff, (short) 0xfcfd)),
                Arguments.of(PackedElement.U32, List.of(0xfcfdfeff, 0xf8f9fafb)),
                Arguments.of(PackedElement.S32, List.of(0xfcfdfeff, 0xf8f9fafb)),
                Arguments.of(PackedElement.U64, List.of(0xf8f9fafbfcfdfeffL, 0x0807060504030201L)),
                Arguments.of(PackedElement.S64, List.of(0xf8f9fafbfcfdfeffL, 0x0807060504030201L)),
                Arguments.of(
                        PackedElement.F32, List.of(Float.intBitsToFloat(0xfcfdfeff), Float.intBitsToFloat(0xf8f9fafb))),
                Arguments.of(
                        PackedElement.F64,
                        List.of(
                                Double.longBitsToDouble(0xf8f9fafbfcfdfeffL),
                                Double.longBitsToDouble(0x0807060504030201L))));
    }

    @ParameterizedTest
    @MethodSource("elements")
    void elementsAreThoseOfTheirTypeInTheOrderOfMemory(PackedElement<?> element, List<?> expected) {
        PackedList<?> list = PackedList.read(element, new ArrayMemory(BITS.clone()), 0, 2);

        assertThat(new ArrayList<Object>(list)).isEqualTo(expected);
        assertThat(list).hasSameHashCodeAs(expected);
    }

    @Test
    void whatHappensToTheMemoryLaterDoesNotShow() {
        var memory = new ArrayMemory(BITS.clone());
        PackedList<Integer> list = PackedList.read(PackedElement.U32, memory, 8, 2);

        memory.writeInt(8, 0);

        assertThat(list).containsExactly(0x04030201, 0x08070605);
    }

    @Test
    void nothingOutsideOfItCanBeRead() {
        PackedList<Short> list = PackedList.read(PackedElement.S16, new ArrayMemory(BITS.clone()), 4, 2);

        assertThatThrownBy(() -> list.get(2)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> list.get(-1)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void isOneMoveOnlyForTheSameType() {
        PackedList<Integer> list = PackedList.read(PackedElement.U32, new ArrayMemory(BITS.clone()), 0, 4);

        assertThat(list.isOf(PackedElement.U32)).isTrue();
        assertThat(list.isOf(PackedElement.S32)).isFalse();
        assertThat(list.isOf(PackedElement.U16)).isFalse();
    }
}
