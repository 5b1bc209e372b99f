package io.torvyn.component;

import io.torvyn.component.spi.CoreMemory;
import io.torvyn.contracts.ResourceType;
import io.torvyn.contracts.ValueType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;

/**
 * Lifts values of types known at run time only, for one call: CanonicalABI.md, "Loading" and "Flat Lifting".
 *
 * <p>Also the call's borrow scope: what was lifted as a borrow is lent until {@link #endBorrows}.
 */
final class ValueLifter {
    private final LiftLowerContext cx;
    private final TypeLayouts layouts;
    private final List<Integer> lenders = new ArrayList<>();
    private final List<GuestResource> lentGuestResources = new ArrayList<>();
    private final List<HostResource> taken = new ArrayList<>();

    ValueLifter(LiftLowerContext cx, TypeLayouts layouts) {
        this.cx = cx;
        this.layouts = layouts;
    }

    /** "lift_flat_values", of values that are passed flat. */
    List<Value> liftAll(List<ValueType> types, FlatValues flat) {
        var values = new ArrayList<Value>(types.size());
        for (ValueType type : types) {
            values.add(lift(type, flat));
        }
        return values;
    }

    /** "lift_flat_values", of values that are passed through memory. */
    List<Value> loadAll(List<ValueType> types, int address) {
        Layout layout = Layout.ofFields(types);
        cx.checkPlace(address, layout.alignment(), layout.size());
        return loadFields(types, layout, address);
    }

    /** What was lent to this call comes back. */
    void endBorrows() {
        lenders.forEach(cx.handles()::unlend);
        lenders.clear();
        lentGuestResources.forEach(GuestResource::expire);
        lentGuestResources.clear();
    }

    /** Drops what was given away, when it does not reach anybody because of {@code thrown}. */
    void abandon(Throwable thrown) {
        for (HostResource resource : taken) {
            try {
                resource.drop();
            } catch (RuntimeException e) {
                thrown.addSuppressed(e);
            }
        }
        taken.clear();
    }

    Value lift(ValueType type, FlatValues flat) {
        return switch (type) {
            case ValueType.Primitive primitive ->
                switch (primitive) {
                    case BOOL -> new Value.Bool(flat.nextInt() != 0);
                    case S8 -> new Value.S8((byte) flat.nextInt());
                    case U8 -> new Value.U8(flat.nextInt() & 0xff);
                    case S16 -> new Value.S16((short) flat.nextInt());
                    case U16 -> new Value.U16(flat.nextInt() & 0xffff);
                    case S32 -> new Value.S32(flat.nextInt());
                    case U32 -> new Value.U32(flat.nextInt() & 0xffff_ffffL);
                    case S64 -> new Value.S64(flat.nextLong());
                    case U64 -> new Value.U64(flat.nextLong());
                    case F32 -> new Value.F32(Float.intBitsToFloat(flat.nextInt()));
                    case F64 -> new Value.F64(Double.longBitsToDouble(flat.nextLong()));
                    case CHAR -> character(flat.nextInt());
                    case STRING -> {
                        int address = flat.nextInt();
                        yield new Value.Str(cx.liftString(address, flat.nextInt()));
                    }
                };
            case ValueType.ListType(var element) -> {
                int address = flat.nextInt();
                yield list(element, address, flat.nextInt());
            }
            case ValueType.MapType(var entry) -> {
                int address = flat.nextInt();
                yield list(entry, address, flat.nextInt());
            }
            case ValueType.FixedListType(var element, int length) ->
                new Value.ListValue(liftAll(Collections.nCopies(length, element), flat));
            case ValueType.AsyncType _ -> throw TypeLayouts.never(type);
            case ValueType.RecordType(var fields) -> {
                var values = new LinkedHashMap<String, Value>();
                for (ValueType.Field field : fields) {
                    values.put(field.name(), lift(field.type(), flat));
                }
                yield new Value.RecordValue(values);
            }
            case ValueType.TupleType(var elements) -> new Value.TupleValue(liftAll(elements, flat));
            case ValueType.VariantType _, ValueType.EnumType _, ValueType.OptionType _, ValueType.ResultType _ -> {
                int end = flat.position() + layouts.flat(type).size();
                List<Optional<ValueType>> payloads = layouts.payloads(type);
                int discriminant = discriminant(payloads, flat.nextInt());
                Optional<Value> payload = payloads.get(discriminant).map(t -> lift(t, flat));
                flat.position(end); // past what only other cases use
                yield ofCase(type, discriminant, payload);
            }
            case ValueType.FlagsType(var labels) -> flags(labels, flat.nextInt());
            case ValueType.Own(var resource) -> own(resource, flat.nextInt());
            case ValueType.Borrow(var resource) -> borrow(resource, flat.nextInt());
        };
    }

    /** "load"; the place has been checked. */
    private Value load(ValueType type, int address) {
        CoreMemory memory = cx.memory();
        return switch (type) {
            case ValueType.Primitive primitive ->
                switch (primitive) {
                    case BOOL -> new Value.Bool(memory.readByte(address) != 0);
                    case S8 -> new Value.S8(memory.readByte(address));
                    case U8 -> new Value.U8(memory.readByte(address) & 0xff);
                    case S16 -> new Value.S16(memory.readShort(address));
                    case U16 -> new Value.U16(memory.readShort(address) & 0xffff);
                    case S32 -> new Value.S32(memory.readInt(address));
                    case U32 -> new Value.U32(memory.readInt(address) & 0xffff_ffffL);
                    case S64 -> new Value.S64(memory.readLong(address));
                    case U64 -> new Value.U64(memory.readLong(address));
                    case F32 -> new Value.F32(Float.intBitsToFloat(memory.readInt(address)));
                    case F64 -> new Value.F64(Double.longBitsToDouble(memory.readLong(address)));
                    case CHAR -> character(memory.readInt(address));
                    case STRING -> new Value.Str(cx.liftString(memory.readInt(address), memory.readInt(address + 4)));
                };
            case ValueType.ListType(var element) -> list(element, memory.readInt(address), memory.readInt(address + 4));
            case ValueType.MapType(var entry) -> list(entry, memory.readInt(address), memory.readInt(address + 4));
            case ValueType.FixedListType(var element, int length) -> elements(element, address, length);
            case ValueType.AsyncType _ -> throw TypeLayouts.never(type);
            case ValueType.RecordType(var fields) -> {
                Layout layout = layouts.layout(type);
                var values = new LinkedHashMap<String, Value>();
                for (int i = 0; i < fields.size(); i++) {
                    ValueType.Field field = fields.get(i);
                    values.put(
                            field.name(),
                            load(field.type(), address + layout.fieldOffsets().get(i)));
                }
                yield new Value.RecordValue(values);
            }
            case ValueType.TupleType(var elements) ->
                new Value.TupleValue(loadFields(elements, layouts.layout(type), address));
            case ValueType.VariantType _, ValueType.EnumType _, ValueType.OptionType _, ValueType.ResultType _ -> {
                Layout layout = layouts.layout(type);
                List<Optional<ValueType>> payloads = layouts.payloads(type);
                int discriminant = discriminant(payloads, loadUnsigned(address, layout.discriminantSize()));
                Optional<Value> payload =
                        payloads.get(discriminant).map(t -> load(t, address + layout.payloadOffset()));
                yield ofCase(type, discriminant, payload);
            }
            case ValueType.FlagsType(var labels) ->
                flags(labels, loadUnsigned(address, layouts.layout(type).size()));
            case ValueType.Own(var resource) -> own(resource, memory.readInt(address));
            case ValueType.Borrow(var resource) -> borrow(resource, memory.readInt(address));
        };
    }

    private List<Value> loadFields(List<ValueType> types, Layout layout, int address) {
        var values = new ArrayList<Value>(types.size());
        for (int i = 0; i < types.size(); i++) {
            values.add(load(types.get(i), address + layout.fieldOffsets().get(i)));
        }
        return values;
    }

    private int loadUnsigned(int address, int size) {
        CoreMemory memory = cx.memory();
        return switch (size) {
            case 1 -> memory.readByte(address) & 0xff;
            case 2 -> memory.readShort(address) & 0xffff;
            case 4 -> memory.readInt(address);
            default -> throw new AssertionError("an integer of " + size + " bytes");
        };
    }

    private static Value character(int codePoint) {
        return new Value.Char(LiftLowerContext.loadChar(codePoint));
    }

    /** "load_list_from_range". */
    private Value list(ValueType element, int address, int length) {
        Layout layout = layouts.layout(element);
        cx.checkListPlace(address, length, layout.alignment(), layout.size());
        return elements(element, address, length);
    }

    /** "load_list_from_valid_range". */
    private Value elements(ValueType element, int address, int length) {
        Layout layout = layouts.layout(element);
        if (element == ValueType.Primitive.U8) {
            cx.charge(length);
            byte[] packed = new byte[length];
            cx.memory().read(address, packed, 0, length);
            return Value.ListValue.wrap(packed);
        }
        cx.charge(length * layouts.heapBytes(element));
        var values = new ArrayList<Value>(length);
        for (int i = 0; i < length; i++) {
            values.add(load(element, address + i * layout.size()));
        }
        return new Value.ListValue(values);
    }

    private static int discriminant(List<?> cases, int discriminant) {
        if (Integer.compareUnsigned(discriminant, cases.size()) >= 0) {
            throw new TrapException("invalid variant discriminant " + Integer.toUnsignedString(discriminant)
                    + " of a type with " + cases.size() + " cases");
        }
        return discriminant;
    }

    private static Value ofCase(ValueType type, int discriminant, Optional<Value> payload) {
        return switch (type) {
            case ValueType.VariantType(var cases) ->
                new Value.VariantValue(cases.get(discriminant).name(), payload);
            case ValueType.EnumType(var cases) -> new Value.EnumValue(cases.get(discriminant));
            case ValueType.OptionType _ -> new Value.OptionValue(payload);
            case ValueType.ResultType _ -> new Value.ResultValue(discriminant == 0, payload);
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

    /** "unpack_flags_from_int"; bits without a label mean nothing. */
    private static Value flags(List<String> labels, int bits) {
        var set = new LinkedHashSet<String>();
        for (int i = 0; i < labels.size(); i++) {
            if ((bits >>> i & 1) != 0) {
                set.add(labels.get(i));
            }
        }
        return new Value.FlagsValue(set);
    }

    /** "lift_own". */
    private Value own(ResourceType type, int handle) {
        GuestResourceType definition = cx.instance().definition(type);
        HostResource resource = definition == null
                ? cx.handles().removeOwn(handle, type)
                : new GuestResource(definition, cx.handles().removeGuestOwn(handle, type), true);
        taken.add(resource);
        return new Value.OwnHandle(resource);
    }

    /** "lift_borrow". */
    private Value borrow(ResourceType type, int handle) {
        GuestResourceType definition = cx.instance().definition(type);
        HostResource resource;
        if (definition == null) {
            resource = cx.handles().rep(handle, type);
        } else {
            var lent = new GuestResource(definition, cx.handles().guestRep(handle, type), false);
            lentGuestResources.add(lent);
            resource = lent;
        }
        cx.handles().lend(handle);
        lenders.add(handle);
        return new Value.BorrowHandle(resource);
    }
}
