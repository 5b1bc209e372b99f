package io.torvyn.component;

import static io.torvyn.contracts.ValueType.Primitive.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torvyn.contracts.ResourceType;
import io.torvyn.contracts.ValueType;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a guest could pass that no value is: each ends in a trap, and costs the host nothing. */
class ForgedValuesTest {
    private final TestGuest guest = new TestGuest();

    @ParameterizedTest
    @ValueSource(ints = {0xd800, 0xdfff, 0x110000, -1, Integer.MIN_VALUE})
    void aCharThatIsNoScalarValueTraps(int bits) {
        assertThatThrownBy(() -> guest.lift(CHAR, bits))
                .isInstanceOf(TrapException.class)
                .hasMessageContaining("invalid `char` bit pattern");
        int address = guest.cx.realloc(4, 4);
        guest.memory.writeInt(address, bits);
        assertThatThrownBy(() -> guest.load(CHAR, address)).isInstanceOf(TrapException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 255, 256, -1, Integer.MIN_VALUE})
    void aDiscriminantOutOfRangeTraps(int discriminant) {
        for (ValueType type : List.of(
                new ValueType.OptionType(U8),
                new ValueType.ResultType(Optional.of(U8), Optional.empty()),
                new ValueType.VariantType(List.of(
                        new ValueType.Case("a", Optional.of(U8)), new ValueType.Case("b", Optional.empty()))))) {
            assertThatThrownBy(() -> guest.lift(type, discriminant, 0))
                    .isInstanceOf(TrapException.class)
                    .hasMessage("invalid variant discriminant " + Integer.toUnsignedString(discriminant)
                            + " of a type with 2 cases");
        }
        assertThatThrownBy(() -> guest.lift(new ValueType.EnumType(List.of("a", "b")), discriminant))
                .isInstanceOf(TrapException.class);
    }

    @Test
    void aDiscriminantOutOfRangeInMemoryTraps() {
        var small = new ValueType.EnumType(List.of("a", "b"));
        assertThatThrownBy(() -> guest.load(small, guest.place(1, 2))).isInstanceOf(TrapException.class);
        assertThatThrownBy(() -> guest.load(small, guest.place(1, 0xff))).isInstanceOf(TrapException.class);
        var large = new ValueType.EnumType(
                IntStream.range(0, 257).mapToObj(i -> "l" + i).toList());
        assertThat(guest.load(large, guest.place(2, 0, 1))).isEqualTo(new Value.EnumValue("l256"));
        assertThatThrownBy(() -> guest.load(large, guest.place(2, 1, 1))).isInstanceOf(TrapException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, Integer.MIN_VALUE, Integer.MAX_VALUE, 1 << 26, 1 << 29, 0x4000_0001})
    void aListLongerThanTheAbiAllowsTrapsBeforeAnythingIsAllocated(int length) {
        assertThatThrownBy(() -> guest.lift(new ValueType.ListType(U32), 0, length))
                .isInstanceOf(TrapException.class)
                .hasMessage("list of " + Integer.toUnsignedString(length) + " elements is too long");
    }

    @ParameterizedTest
    @CsvSource({"0, 262145", "1048572, 2", "1048576, 1", "1048580, 0", "-4, 1", "-4, 2"})
    void aListOutsideOfMemoryTraps(int address, int length) {
        assertThatThrownBy(() -> guest.lift(new ValueType.ListType(U32), address, length))
                .isInstanceOf(TrapException.class)
                .hasMessage("list content out-of-bounds");
    }

    @Test
    void anEmptyListMayEndWithMemory() {
        assertThat(guest.lift(new ValueType.ListType(U32), TestGuest.MEMORY_BYTES, 0))
                .isEqualTo(new Value.ListValue(List.of()));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void aListThatIsNotAlignedTrapsAlsoWhenItIsEmpty(int length) {
        assertThatThrownBy(() -> guest.lift(new ValueType.ListType(U32), 18, length))
                .isInstanceOf(TrapException.class)
                .hasMessage("unaligned pointer");
    }

    @Test
    void listsThatAllLieInTheSamePlaceDoNotExhaustTheHost() {
        // 100,000 lists, each of them the same 500,000 bytes: 50 GB, if it were lifted.
        int lists = guest.cx.realloc(4, 800_000);
        for (int i = 0; i < 100_000; i++) {
            guest.memory.writeInt(lists + 8 * i, 0);
            guest.memory.writeInt(lists + 8 * i + 4, 500_000);
        }

        assertThatThrownBy(() -> guest.lift(new ValueType.ListType(new ValueType.ListType(U8)), lists, 100_000))
                .isInstanceOf(TrapException.class)
                .hasMessage("lists and strings of one call are too large for the host");
    }

    @ParameterizedTest
    @CsvSource({"1048568, 8", "-8, 8", "12, 8", "-4, 4"})
    void parametersOutsideOfMemoryOrNotAlignedTrap(int address) {
        assertThatThrownBy(() -> guest.lifter().loadAll(List.of(U64, U64), address))
                .isInstanceOfAny(TrapException.class, TestEngine.CoreTrapped.class);
        assertThatThrownBy(() -> guest.lowerer()
                        .storeAt(
                                new ValueType.TupleType(List.of(U64, U64)),
                                new Value.TupleValue(List.of(new Value.U64(1), new Value.U64(2))),
                                address))
                .isInstanceOfAny(TrapException.class, TestEngine.CoreTrapped.class);
    }

    @Test
    void aForgedHandleTraps() {
        var type = new ResourceType("thing");
        int borrow = guest.instance.handles().newBorrow(type, new HostResource() {});
        for (Object handle : new Object[] {0, 7, -1}) {
            assertThatThrownBy(() -> guest.lift(new ValueType.Own(type), handle))
                    .isInstanceOf(TrapException.class);
            assertThatThrownBy(() -> guest.lift(new ValueType.Borrow(type), handle))
                    .isInstanceOf(TrapException.class);
        }
        assertThatThrownBy(() -> guest.lift(new ValueType.Own(type), borrow)).hasMessageContaining("is a borrow");
        assertThatThrownBy(() -> guest.lift(new ValueType.Borrow(new ResourceType("thing")), borrow))
                .hasMessageContaining("wrong type");
    }

    @Test
    void oneHandleCannotBeGivenAwayTwiceInOneCall() {
        var type = new ResourceType("thing");
        var dropped = new int[1];
        int handle = guest.instance.handles().newOwn(type, new HostResource() {
            @Override
            public void drop() {
                dropped[0]++;
            }
        });
        var own = new ValueType.Own(type);

        assertThatThrownBy(() -> TestGuest.call(
                        Lowering.dynamic(TestGuest.function(null, own, own), _ -> Optional.empty())
                                .lower(guest.cx),
                        handle,
                        handle))
                .isInstanceOf(TrapException.class);
        assertThat(dropped[0])
                .as("what was taken reaches nobody and is dropped")
                .isEqualTo(1);
    }

    /** Any bytes at all: a value of the type, or a trap. */
    @Test
    void noBytesMakeTheHostFailOtherThanByTrapping() {
        for (long seed = 0; seed < 1_000; seed++) {
            var each = new TestGuest();
            var random = new RandomValues(seed);
            var bytes = new Random(seed);
            ValueType type = random.type(3);
            for (int i = 0; i < 4096; i += 4) {
                each.memory.writeInt(i, bytes.nextInt(3) == 0 ? bytes.nextInt() : bytes.nextInt(64));
            }
            each.instance.handles().newOwn(RandomValues.RESOURCE, new HostResource() {});
            each.instance.handles().newBorrow(RandomValues.RESOURCE, new HostResource() {});
            Value value;
            try {
                value = each.load(type, bytes.nextInt(4) * 8);
            } catch (TrapException | TestEngine.CoreTrapped _) {
                continue;
            }
            assertThat(ValueTypes.mismatch(type, value, "value"))
                    .as("seed %d", seed)
                    .isNull();
        }
    }
}
