package io.torvyn.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torvyn.contracts.ValueType;
import io.torvyn.contracts.ValueType.Primitive;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LayoutTest {
    @ParameterizedTest(name = "{0}: size {1}, alignment {2}")
    @CsvSource({
        "BOOL,1,1",
        "S8,1,1",
        "U8,1,1",
        "S16,2,2",
        "U16,2,2",
        "S32,4,4",
        "U32,4,4",
        "F32,4,4",
        "CHAR,4,4",
        "S64,8,8",
        "U64,8,8",
        "F64,8,8",
        "STRING,8,4"
    })
    void primitivesAreAlignedToTheirSizeAndStringsToPointers(Primitive type, int size, int alignment) {
        assertThat(Layout.of(type)).isEqualTo(new Layout(size, alignment, List.of(), 0, 0));
    }

    @Test
    void fieldsArePaddedToTheirAlignmentAndTheRecordToItsOwn() {
        Layout layout = Layout.ofFields(List.of(Primitive.U8, Primitive.U64, Primitive.U16, Primitive.U8));
        assertThat(layout).isEqualTo(new Layout(24, 8, List.of(0, 8, 16, 18), 0, 0));
    }

    @Test
    void payloadsStartAtTheAlignmentOfTheWidestCase() {
        var type = new ValueType.VariantType(List.of(
                new ValueType.Case("a", Optional.empty()),
                new ValueType.Case("b", Optional.of(Primitive.U64)),
                new ValueType.Case(
                        "c", Optional.of(new ValueType.TupleType(List.of(Primitive.STRING, Primitive.U8))))));
        // The longest payload is the tuple of 12 bytes, the strictest alignment that of the u64.
        assertThat(Layout.of(type)).isEqualTo(new Layout(24, 8, List.of(), 1, 8));
    }

    @ParameterizedTest(name = "{0} cases: {1} bytes")
    @CsvSource({"1,1", "256,1", "257,2", "65536,2", "65537,4"})
    void discriminantIsTheSmallestIntegerThatCoversTheCases(int cases, int size) {
        Layout layout = Layout.of(new ValueType.EnumType(Collections.nCopies(cases, "x")));
        assertThat(layout).isEqualTo(new Layout(size, size, List.of(), size, size));
    }

    @ParameterizedTest(name = "{0} flags: {1} bytes")
    @CsvSource({"1,1", "8,1", "9,2", "16,2", "17,4", "32,4"})
    void flagsAreTheSmallestIntegerThatFits(int flags, int size) {
        assertThat(Layout.of(new ValueType.FlagsType(Collections.nCopies(flags, "x")))
                        .size())
                .isEqualTo(size);
    }

    @Test
    void emptyResultIsADiscriminantAlone() {
        assertThat(Layout.of(new ValueType.ResultType(Optional.empty(), Optional.empty())))
                .isEqualTo(new Layout(1, 1, List.of(), 1, 1));
    }

    @Test
    void aListOfFixedLengthLiesInPlaceAndAMapAsAList() {
        assertThat(Layout.of(new ValueType.FixedListType(Primitive.U16, 3)))
                .isEqualTo(new Layout(6, 2, List.of(), 0, 0));
        assertThat(Layout.of(new ValueType.MapType(Primitive.STRING, Primitive.U64)))
                .isEqualTo(Layout.of(new ValueType.ListType(Primitive.U8)));
    }

    @Test
    void typeBeyondTheLimitIsRefused() {
        var huge = new ValueType.FixedListType(Primitive.U64, 1 << 26);

        assertThatThrownBy(() -> Layout.of(huge))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageEndingWith("the limit is 268435471");
    }
}
