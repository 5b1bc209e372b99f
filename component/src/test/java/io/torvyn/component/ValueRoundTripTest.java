package io.torvyn.component;

import static io.torvyn.contracts.ValueType.Primitive.*;
import static org.assertj.core.api.Assertions.assertThat;

import io.torvyn.contracts.ValueType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** CanonicalABI.md, "Loading", "Storing", "Flat Lifting", "Flat Lowering". */
class ValueRoundTripTest {
    private final TestGuest guest = new TestGuest();

    private static ValueType.VariantType variant(ValueType... payloads) {
        var cases = new ArrayList<ValueType.Case>();
        for (ValueType payload : payloads) {
            cases.add(new ValueType.Case("c" + cases.size(), Optional.of(payload)));
        }
        return new ValueType.VariantType(cases);
    }

    private static Value.VariantValue of(String label, Value payload) {
        return new Value.VariantValue(label, Optional.of(payload));
    }

    @ParameterizedTest
    @EnumSource
    void everyValueComesBackThroughMemoryAndFlat(StringEncoding encoding) {
        for (long seed = 0; seed < 700; seed++) {
            var each = new TestGuest(encoding);
            var random = new RandomValues(seed);
            List<ValueType> types = List.of(random.type(3), random.type(3));
            List<Value> values = types.stream().map(random::value).toList();
            var parameters = TestGuest.function(null, types.toArray(ValueType[]::new));
            assertThat(ValueTypes.mismatch(parameters, values))
                    .as("seed %d", seed)
                    .isNull();

            int address = each.lowerer().storeAll(types, values);
            assertThat(each.lifter().loadAll(types, address))
                    .as("seed %d through memory: %s", seed, types)
                    .isEqualTo(values);

            var flat = new FlatValues();
            each.lowerer().lowerAll(types, values, flat);
            Object[] core = flat.toArray(Flattening.ofAll(types));
            assertThat(each.lifter().liftAll(types, FlatValues.of(core)))
                    .as("seed %d flat: %s", seed, types)
                    .isEqualTo(values);
        }
    }

    @Test
    void aRecordLiesFieldAfterFieldAligned() {
        var type = new ValueType.RecordType(List.of(
                new ValueType.Field("a", U8),
                new ValueType.Field("b", U32),
                new ValueType.Field("c", S16),
                new ValueType.Field("d", U64)));
        int address = guest.store(
                type,
                new Value.RecordValue(Map.of(
                        "d", new Value.U64(0x0102030405060708L),
                        "a", new Value.U8(0xfe),
                        "b", new Value.U32(0xfffffffeL),
                        "c", new Value.S16((short) -2))));

        assertThat(address % 8).isZero();
        assertThat(guest.bytes(address, 24))
                .containsExactly(
                        0xfe, 0, 0, 0, 0xfe, 0xff, 0xff, 0xff, 0xfe, 0xff, 0, 0, 0, 0, 0, 0, 8, 7, 6, 5, 4, 3, 2, 1);
    }

    @Test
    void aVariantLiesAsDiscriminantAndPayload() {
        int address = guest.store(variant(U8, U64), of("c1", new Value.U64(-1)));
        assertThat(guest.bytes(address, 16)).containsExactly(1, 0, 0, 0, 0, 0, 0, 0, -1, -1, -1, -1, -1, -1, -1, -1);

        int option = guest.store(new ValueType.OptionType(U16), new Value.OptionValue(Optional.of(new Value.U16(7))));
        assertThat(guest.bytes(option, 4)).containsExactly(1, 0, 7, 0);

        int err = guest.store(
                new ValueType.ResultType(Optional.empty(), Optional.of(U8)), Value.ResultValue.err(new Value.U8(9)));
        assertThat(guest.bytes(err, 2)).containsExactly(1, 9);
    }

    @Test
    void flagsArePackedIntoTheFewestBytes() {
        var nine = new ValueType.FlagsType(List.of("a", "b", "c", "d", "e", "f", "g", "h", "i"));
        int address = guest.store(nine, new Value.FlagsValue(Set.of("a", "c", "i")));

        assertThat(guest.bytes(address, 2)).containsExactly(0b101, 1);
        assertThat(guest.lower(nine, new Value.FlagsValue(Set.of("i", "b")))).containsExactly(0b1_0000_0010);
    }

    @Test
    void bitsThatHaveNoFlagAreIgnored() {
        var two = new ValueType.FlagsType(List.of("a", "b"));

        assertThat(guest.lift(two, -2)).isEqualTo(new Value.FlagsValue(Set.of("b")));
        assertThat(guest.load(two, guest.place(1, 0xfd))).isEqualTo(new Value.FlagsValue(Set.of("a")));
    }

    @Test
    void theLastOf32FlagsIsTheHighestBit() {
        var labels = new ArrayList<String>();
        for (int i = 0; i < 32; i++) {
            labels.add("l" + i);
        }
        var type = new ValueType.FlagsType(labels);

        assertThat(guest.lower(type, new Value.FlagsValue(Set.of("l31")))).containsExactly(Integer.MIN_VALUE);
        assertThat(guest.lift(type, Integer.MIN_VALUE)).isEqualTo(new Value.FlagsValue(Set.of("l31")));
    }

    /** "join": what one place carries for several cases is reinterpreted. */
    @Test
    void casesOfAVariantShareTheirFlatPlaces() {
        var f32OrU32 = variant(F32, U32);
        assertThat(guest.lower(f32OrU32, of("c0", new Value.F32(1f)))).containsExactly(0, 0x3f800000);
        assertThat(guest.lift(f32OrU32, 0, 0x3f800000)).isEqualTo(of("c0", new Value.F32(1f)));

        var f32OrF64 = variant(F32, F64);
        assertThat(guest.lower(f32OrF64, of("c0", new Value.F32(-1f)))).containsExactly(0, 0xbf800000L);
        assertThat(guest.lower(f32OrF64, of("c1", new Value.F64(1d)))).containsExactly(1, 0x3ff0000000000000L);

        var f32OrF32 = variant(F32, F32);
        assertThat(guest.lower(f32OrF32, of("c1", new Value.F32(2f)))).containsExactly(1, 2f);

        var s32OrU64 = variant(S32, U64);
        assertThat(guest.lower(s32OrU64, of("c0", new Value.S32(-1)))).containsExactly(0, 0xffff_ffffL);
        assertThat(guest.lift(s32OrU64, 0, 0x1234_5678_ffff_fffeL)).isEqualTo(of("c0", new Value.S32(-2)));

        var mixed = variant(new ValueType.TupleType(List.of(F32, U64)), STRING, new ValueType.OptionType(F64));
        assertThat(Flattening.of(mixed)).hasSize(3);
        assertThat(guest.lower(mixed, of("c2", new Value.OptionValue(Optional.empty()))))
                .containsExactly(2, 0, 0L);
    }

    @Test
    void placesThatACaseLeavesUnusedAreSkipped() {
        var type = new ValueType.TupleType(List.of(variant(U8, STRING), U16));

        assertThat(guest.lift(type, 0, 7, 99, 5))
                .isEqualTo(new Value.TupleValue(List.of(of("c0", new Value.U8(7)), new Value.U16(5))));
    }

    @Test
    void upperBitsOfNarrowFlatValuesAreIgnored() {
        assertThat(guest.lift(U8, 0x1234_56ff)).isEqualTo(new Value.U8(0xff));
        assertThat(guest.lift(S8, 0x1234_56ff)).isEqualTo(new Value.S8((byte) -1));
        assertThat(guest.lift(U16, 0x1234_ffff)).isEqualTo(new Value.U16(0xffff));
        assertThat(guest.lift(S16, 0x1234_ffff)).isEqualTo(new Value.S16((short) -1));
        assertThat(guest.lift(BOOL, 0x100)).isEqualTo(new Value.Bool(true));
        assertThat(guest.load(BOOL, guest.place(1, 0x80))).isEqualTo(new Value.Bool(true));
    }

    @Test
    void signedValuesAreLoweredWithTheirSign() {
        assertThat(guest.lower(S8, new Value.S8((byte) -1))).containsExactly(-1);
        assertThat(guest.lower(S16, new Value.S16((short) -1))).containsExactly(-1);
        assertThat(guest.lower(U8, new Value.U8(255))).containsExactly(255);
        assertThat(guest.lower(U32, new Value.U32(0xffff_ffffL))).containsExactly(-1);
    }

    @Test
    void aListOfBytesNeedsNoObjectForEach() {
        var type = new ValueType.ListType(U8);
        var packed = Value.ListValue.ofBytes(new byte[] {1, -1});
        int address = guest.store(type, packed);

        var loaded = (Value.ListValue) guest.load(type, address);

        assertThat(loaded.elements()).isInstanceOf(PackedBytes.class);
        assertThat(loaded).isEqualTo(packed);
        assertThat(loaded).isEqualTo(new Value.ListValue(List.of(new Value.U8(1), new Value.U8(255))));
        assertThat(loaded.toBytes()).containsExactly(1, -1);
        assertThat(new Value.ListValue(List.of(new Value.U8(200))).toBytes()).containsExactly(200);
    }

    @Test
    void reallocIsAskedForAnEmptyListToo() {
        guest.store(new ValueType.ListType(U64), new Value.ListValue(List.of()));

        assertThat(guest.reallocs).containsExactly(List.of(0, 0, 4, 8), List.of(0, 0, 8, 0));
    }
}
