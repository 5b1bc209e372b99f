package io.torvyn.component;

import io.torvyn.contracts.ValueType;
import io.torvyn.fuzz.FuzzInput;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Core values and memory of any content are lifted as a type of any kind to a value of that type, or trap; and a value
 * that was lifted is the same when it is lowered and lifted again.
 */
public final class LiftFuzz {
    private LiftFuzz() {}

    public static void fuzzerTestOneInput(byte[] bytes) {
        var input = new FuzzInput(bytes);
        ValueType type = type(input, 3);
        var guest = new HostileGuest(input);
        boolean flat = input.below(2) == 0 && Flattening.count(type) <= Flattening.MAX_FLAT_PARAMS;
        int address = input.number();
        Object[] core = flat ? coreValues(input, type) : new Object[0];
        guest.fill();
        guest.traps(() -> {
            var lifter = new ValueLifter(guest.cx, new TypeLayouts());
            Value value = flat
                    ? lifter.lift(type, FlatValues.of(core))
                    : lifter.loadAll(List.of(type), address).getFirst();
            lifter.endBorrows();
            String mismatch = ValueTypes.mismatch(type, value, "value");
            if (mismatch != null) {
                throw new AssertionError(mismatch);
            }
            if (guest.isHonest && !mentionsResources(type)) {
                again(guest, type, value);
            }
        });
    }

    private static void again(HostileGuest guest, ValueType type, Value value) {
        int address = new ValueLowerer(guest.cx, new TypeLayouts(), null).storeAll(List.of(type), List.of(value));
        guest.instance.checkMayLeave(); // another call, so that what was lifted before does not count
        Value second = new ValueLifter(guest.cx, new TypeLayouts())
                .loadAll(List.of(type), address)
                .getFirst();
        if (!second.equals(value)) {
            throw new AssertionError(value + " has become " + second);
        }
    }

    private static Object[] coreValues(FuzzInput input, ValueType type) {
        var values = new ArrayList<>();
        for (var each : Flattening.of(type)) {
            values.add(
                    switch (each) {
                        case I32 -> (Object) input.number();
                        case I64 -> (long) input.number() << 32 | input.number() & 0xffff_ffffL;
                        case F32 -> Float.intBitsToFloat(input.integer());
                        case F64 -> Double.longBitsToDouble((long) input.integer() << 32 | input.octet());
                        case V128, FUNCREF, EXTERNREF -> throw new AssertionError("no component value is " + each);
                    });
        }
        return values.toArray();
    }

    private static boolean mentionsResources(ValueType type) {
        return switch (type) {
            case ValueType.Own _, ValueType.Borrow _ -> true;
            case ValueType.Primitive _, ValueType.EnumType _, ValueType.FlagsType _, ValueType.AsyncType _ -> false;
            case ValueType.ListType(var element) -> mentionsResources(element);
            case ValueType.MapType(var entry) -> mentionsResources(entry);
            case ValueType.FixedListType(var element, int _) -> mentionsResources(element);
            case ValueType.RecordType(var fields) -> fields.stream().anyMatch(f -> mentionsResources(f.type()));
            case ValueType.TupleType(var elements) -> elements.stream().anyMatch(LiftFuzz::mentionsResources);
            case ValueType.VariantType _, ValueType.OptionType _, ValueType.ResultType _ ->
                Layout.payloads(type).stream().anyMatch(payload -> payload.map(LiftFuzz::mentionsResources)
                        .orElse(false));
        };
    }

    private static ValueType type(FuzzInput input, int depth) {
        return switch (input.below(depth == 0 ? 7 : 16)) {
            case 0, 1, 2 -> ValueType.Primitive.values()[input.below(ValueType.Primitive.values().length)];
            case 3 -> ValueType.Primitive.STRING;
            case 4 -> new ValueType.EnumType(labels(1 + input.below(input.below(8) == 0 ? 256 : 5) * 2));
            case 5 -> new ValueType.FlagsType(labels(1 + input.below(32)));
            case 6 ->
                input.below(2) == 0
                        ? new ValueType.Own(HostileGuest.RESOURCE)
                        : new ValueType.Borrow(HostileGuest.RESOURCE);
            case 7, 8, 9 -> new ValueType.ListType(type(input, depth - 1));
            case 10 -> {
                var fields = new ArrayList<ValueType.Field>();
                for (int count = 1 + input.below(4); count > 0; count--) {
                    fields.add(new ValueType.Field("f" + count, type(input, depth - 1)));
                }
                yield new ValueType.RecordType(fields);
            }
            case 11 -> {
                var cases = new ArrayList<ValueType.Case>();
                for (int count = 1 + input.below(4); count > 0; count--) {
                    cases.add(new ValueType.Case("c" + count, optional(input, depth - 1)));
                }
                yield new ValueType.VariantType(cases);
            }
            case 12 -> new ValueType.OptionType(type(input, depth - 1));
            case 13 -> new ValueType.FixedListType(type(input, depth - 1), 1 + input.below(5));
            case 14 -> new ValueType.MapType(ValueType.Primitive.STRING, type(input, depth - 1));
            default -> new ValueType.ResultType(optional(input, depth - 1), optional(input, depth - 1));
        };
    }

    private static Optional<ValueType> optional(FuzzInput input, int depth) {
        return input.below(3) == 0 ? Optional.empty() : Optional.of(type(input, depth));
    }

    private static List<String> labels(int count) {
        var labels = new ArrayList<String>();
        for (int i = 0; i < count; i++) {
            labels.add("l" + i);
        }
        return labels;
    }
}
