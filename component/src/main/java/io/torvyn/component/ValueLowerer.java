package io.torvyn.component;

import io.torvyn.component.spi.CoreMemory;
import io.torvyn.contracts.ResourceType;
import io.torvyn.contracts.ValueType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Lowers values of types known at run time only, for one call: CanonicalABI.md, "Storing" and "Flat Lowering". The
 * values have been compared with their types ({@link ValueTypes#mismatch}).
 */
final class ValueLowerer {
    private final LiftLowerContext cx;
    private final TypeLayouts layouts;
    private final @Nullable LiftLowerContext source;
    private final List<GuestResource> lent = new ArrayList<>();

    /**
     * @param source where the values were lifted; null when they are the host's
     */
    ValueLowerer(LiftLowerContext cx, TypeLayouts layouts, @Nullable LiftLowerContext source) {
        this.cx = cx;
        this.layouts = layouts;
        this.source = source;
    }

    /** "lower_flat_values", of values that are passed flat. */
    void lowerAll(List<ValueType> types, List<Value> values, FlatValues flat) {
        for (int i = 0; i < types.size(); i++) {
            lower(types.get(i), values.get(i), flat);
        }
    }

    /** "lower_flat_values", of values that are passed through memory that the guest has to find. */
    int storeAll(List<ValueType> types, List<Value> values) {
        Layout layout = Layout.ofFields(types);
        int address = cx.realloc(layout.alignment(), layout.size());
        storeFields(types, layout, values, address);
        return address;
    }

    /** The same, into memory that the guest has named. */
    void storeAt(ValueType type, Value value, int address) {
        Layout layout = layouts.layout(type);
        cx.checkPlace(address, layout.alignment(), layout.size());
        store(type, value, address);
    }

    /** What was lent to the guest has come back. */
    void endBorrows() {
        lent.forEach(GuestResource::unlend);
        lent.clear();
    }

    void lower(ValueType type, Value value, FlatValues flat) {
        switch (type) {
            case ValueType.Primitive primitive -> {
                switch (primitive) {
                    case BOOL, S8, U8, S16, U16, S32, U32, CHAR, F32 -> flat.addInt((int) bits(value));
                    case S64, U64, F64 -> flat.add(bits(value));
                    case STRING -> addPair(string((Value.Str) value), flat);
                }
            }
            case ValueType.ListType(var element) -> addPair(storeList(element, (Value.ListValue) value), flat);
            case ValueType.MapType(var entry) -> addPair(storeList(entry, (Value.ListValue) value), flat);
            case ValueType.FixedListType(var element, int length) ->
                lowerAll(Collections.nCopies(length, element), ((Value.ListValue) value).elements(), flat);
            case ValueType.AsyncType _ -> throw TypeLayouts.never(type);
            case ValueType.RecordType(var fields) -> {
                var values = ((Value.RecordValue) value).fields();
                for (ValueType.Field field : fields) {
                    lower(field.type(), field(values.get(field.name())), flat);
                }
            }
            case ValueType.TupleType(var elements) -> lowerAll(elements, ((Value.TupleValue) value).elements(), flat);
            case ValueType.VariantType _, ValueType.EnumType _, ValueType.OptionType _, ValueType.ResultType _ -> {
                int end = flat.size() + layouts.flat(type).size();
                MatchedCase matched = matchCase(type, value);
                flat.addInt(matched.discriminant());
                Optional<ValueType> payloadType = layouts.payloads(type).get(matched.discriminant());
                if (payloadType.isPresent()) {
                    lower(payloadType.get(), matched.payload().orElseThrow(), flat);
                }
                while (flat.size() < end) {
                    flat.add(0); // what only other cases use
                }
            }
            case ValueType.FlagsType(var labels) -> flat.addInt(flags(labels, value));
            case ValueType.Own(var resource) -> flat.addInt(own(resource, (Value.OwnHandle) value));
            case ValueType.Borrow(var resource) -> flat.addInt(borrow(resource, (Value.BorrowHandle) value));
        }
    }

    /** "store"; the place has been checked. */
    private void store(ValueType type, Value value, int address) {
        switch (type) {
            case ValueType.Primitive primitive -> {
                switch (primitive) {
                    case BOOL, S8, U8 -> storeInt(bits(value), address, 1);
                    case S16, U16 -> storeInt(bits(value), address, 2);
                    case S32, U32, CHAR, F32 -> storeInt(bits(value), address, 4);
                    case S64, U64, F64 -> storeInt(bits(value), address, 8);
                    case STRING -> storePair(string((Value.Str) value), address);
                }
            }
            case ValueType.ListType(var element) -> storePair(storeList(element, (Value.ListValue) value), address);
            case ValueType.MapType(var entry) -> storePair(storeList(entry, (Value.ListValue) value), address);
            case ValueType.FixedListType(var element, int _) ->
                storeElements(element, ((Value.ListValue) value).elements(), address);
            case ValueType.AsyncType _ -> throw TypeLayouts.never(type);
            case ValueType.RecordType(var fields) -> {
                Layout layout = layouts.layout(type);
                var values = ((Value.RecordValue) value).fields();
                for (int i = 0; i < fields.size(); i++) {
                    ValueType.Field field = fields.get(i);
                    store(
                            field.type(),
                            field(values.get(field.name())),
                            address + layout.fieldOffsets().get(i));
                }
            }
            case ValueType.TupleType(var elements) ->
                storeFields(elements, layouts.layout(type), ((Value.TupleValue) value).elements(), address);
            case ValueType.VariantType _, ValueType.EnumType _, ValueType.OptionType _, ValueType.ResultType _ -> {
                Layout layout = layouts.layout(type);
                MatchedCase matched = matchCase(type, value);
                storeInt(matched.discriminant(), address, layout.discriminantSize());
                Optional<ValueType> payloadType = layouts.payloads(type).get(matched.discriminant());
                if (payloadType.isPresent()) {
                    store(payloadType.get(), matched.payload().orElseThrow(), address + layout.payloadOffset());
                }
            }
            case ValueType.FlagsType(var labels) ->
                storeInt(flags(labels, value), address, layouts.layout(type).size());
            case ValueType.Own(var resource) -> storeInt(own(resource, (Value.OwnHandle) value), address, 4);
            case ValueType.Borrow(var resource) -> storeInt(borrow(resource, (Value.BorrowHandle) value), address, 4);
        }
    }

    private long string(Value.Str string) {
        return source == null ? cx.storeString(string.value()) : StringTranscoding.store(cx, string.value(), source);
    }

    private void storeFields(List<ValueType> types, Layout layout, List<Value> values, int address) {
        for (int i = 0; i < types.size(); i++) {
            store(types.get(i), values.get(i), address + layout.fieldOffsets().get(i));
        }
    }

    private void storeInt(long value, int address, int size) {
        CoreMemory memory = cx.memory();
        switch (size) {
            case 1 -> memory.writeByte(address, (byte) value);
            case 2 -> memory.writeShort(address, (short) value);
            case 4 -> memory.writeInt(address, (int) value);
            case 8 -> memory.writeLong(address, value);
            default -> throw new AssertionError("an integer of " + size + " bytes");
        }
    }

    private void storePair(long packed, int address) {
        storeInt(LiftLowerContext.address(packed), address, 4);
        storeInt(LiftLowerContext.length(packed), address + 4, 4);
    }

    private static void addPair(long packed, FlatValues flat) {
        flat.addInt(LiftLowerContext.address(packed));
        flat.addInt(LiftLowerContext.length(packed));
    }

    /** The bits of a number, boolean or character, sign-extended where it has a sign. */
    private static long bits(Value value) {
        return switch (value) {
            case Value.Bool(boolean b) -> b ? 1 : 0;
            case Value.S8(byte b) -> b;
            case Value.U8(int i) -> i;
            case Value.S16(short s) -> s;
            case Value.U16(int i) -> i;
            case Value.S32(int i) -> i;
            case Value.U32(long l) -> l;
            case Value.S64(long l) -> l;
            case Value.U64(long l) -> l;
            case Value.F32(float f) -> Float.floatToRawIntBits(f);
            case Value.F64(double d) -> Double.doubleToRawLongBits(d);
            case Value.Char(int codePoint) -> codePoint;
            case Value.Str _,
                    Value.ListValue _,
                    Value.RecordValue _,
                    Value.TupleValue _,
                    Value.VariantValue _,
                    Value.EnumValue _,
                    Value.FlagsValue _,
                    Value.OptionValue _,
                    Value.ResultValue _,
                    Value.OwnHandle _,
                    Value.BorrowHandle _ -> throw new AssertionError("not a scalar: " + value);
        };
    }

    /** "store_list_into_range". */
    private long storeList(ValueType element, Value.ListValue list) {
        List<Value> values = list.elements();
        if (element == ValueType.Primitive.U8) {
            byte[] packed = values instanceof PackedBytes p ? p.array() : list.toBytes();
            return cx.storeBytes(packed, 0, packed.length);
        }
        Layout layout = layouts.layout(element);
        int address = cx.reallocList(values.size(), layout.alignment(), layout.size());
        storeElements(element, values, address);
        return LiftLowerContext.pack(address, values.size());
    }

    private void storeElements(ValueType element, List<Value> values, int address) {
        int size = layouts.layout(element).size();
        int place = address;
        for (Value value : values) {
            store(element, value, place);
            place += size;
        }
    }

    private static Value field(@Nullable Value value) {
        if (value == null) {
            throw new AssertionError("a record that has been compared with its type lacks a field");
        }
        return value;
    }

    private record MatchedCase(int discriminant, Optional<Value> payload) {}

    /** "match_case". */
    private static MatchedCase matchCase(ValueType type, Value value) {
        return switch (type) {
            case ValueType.VariantType variant -> {
                var v = (Value.VariantValue) value;
                yield new MatchedCase(ValueTypes.caseIndex(variant, v.label()), v.payload());
            }
            case ValueType.EnumType(var cases) ->
                new MatchedCase(cases.indexOf(((Value.EnumValue) value).label()), Optional.empty());
            case ValueType.OptionType _ -> {
                Optional<Value> payload = ((Value.OptionValue) value).payload();
                yield new MatchedCase(payload.isPresent() ? 1 : 0, payload);
            }
            case ValueType.ResultType _ -> {
                var r = (Value.ResultValue) value;
                yield new MatchedCase(r.isOk() ? 0 : 1, r.payload());
            }
            case ValueType.Primitive _,
                    ValueType.ListType _,
                    ValueType.FixedListType _,
                    ValueType.MapType _,
                    ValueType.RecordType _,
                    ValueType.TupleType _,
                    ValueType.FlagsType _,
                    ValueType.Own _,
                    ValueType.Borrow _,
                    ValueType.AsyncType _ -> throw new AssertionError("a type without cases: " + type);
        };
    }

    /** "pack_flags_into_int". */
    private static int flags(List<String> labels, Value value) {
        var set = ((Value.FlagsValue) value).labels();
        int bits = 0;
        for (int i = 0; i < labels.size(); i++) {
            if (set.contains(labels.get(i))) {
                bits |= 1 << i;
            }
        }
        return bits;
    }

    /** "lower_own". */
    private int own(ResourceType type, Value.OwnHandle value) {
        if (!(value.resource() instanceof GuestResource guest)) {
            return cx.handles().newOwn(type, value.resource());
        }
        if (!guest.isOwned() || guest.isLent()) {
            throw new IllegalStateException("a resource " + type + " is given away that is not owned or is lent");
        }
        GuestResource moved = guest.move();
        return cx.instance().definition(type) == moved.definition()
                ? cx.handles().newOwn(type, moved.rep())
                : cx.handles().newOwn(type, moved);
    }

    /** "lower_borrow". */
    private int borrow(ResourceType type, Value.BorrowHandle value) {
        if (!(value.resource() instanceof GuestResource guest)) {
            return cx.handles().newBorrow(type, value.resource());
        }
        if (!guest.isLive()) {
            throw new IllegalStateException("a resource " + type + " is lent that is gone");
        }
        guest.lend();
        lent.add(guest);
        // The instance that implements the resource has no use for a handle: it gets the representation.
        return cx.instance().definition(type) == guest.definition()
                ? guest.rep()
                : cx.handles().newBorrow(type, guest);
    }
}
