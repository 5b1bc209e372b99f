package io.torvyn.component;

import io.torvyn.contracts.FunctionType;
import io.torvyn.contracts.ResourceType;
import io.torvyn.contracts.ValueType;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Compares dynamic values with their types, before anything of them is lowered. */
final class ValueTypes {
    /** Of a value in a message. */
    private static final int MAX_TEXT = 200;

    private ValueTypes() {}

    /**
     * What is wrong with the arguments of a call.
     *
     * @return null when they fit; else where, what was expected and what was found
     */
    static @Nullable String mismatch(FunctionType type, List<Value> arguments) {
        List<ValueType.Field> parameters = type.parameters();
        if (arguments.size() != parameters.size()) {
            return "it takes " + parameters.size() + " arguments, not " + arguments.size();
        }
        for (int i = 0; i < parameters.size(); i++) {
            ValueType.Field parameter = parameters.get(i);
            String mismatch = mismatch(parameter.type(), arguments.get(i), "argument '" + parameter.name() + "'");
            if (mismatch != null) {
                return mismatch;
            }
        }
        return null;
    }

    /** The same for a result. */
    static @Nullable String mismatch(Optional<ValueType> type, Optional<Value> value) {
        return payload(type, value, "result");
    }

    static @Nullable String mismatch(ValueType type, Value value, String place) {
        return switch (type) {
            case ValueType.Primitive primitive -> fits(primitive, value) ? null : expected(type, value, place);
            case ValueType.ListType(var element) -> {
                if (!(value instanceof Value.ListValue(var elements))) {
                    yield expected(type, value, place);
                }
                yield elements instanceof PackedBytes && element == ValueType.Primitive.U8
                        ? null
                        : mismatch(element, elements, place);
            }
            case ValueType.MapType(var entry) ->
                value instanceof Value.ListValue(var entries)
                        ? mismatch(entry, entries, place)
                        : expected(type, value, place);
            case ValueType.FixedListType(var element, int length) ->
                value instanceof Value.ListValue(var elements) && elements.size() == length
                        ? mismatch(element, elements, place)
                        : expected(type, value, place);
            case ValueType.AsyncType _ -> expected(type, value, place);
            case ValueType.RecordType(var fields) ->
                value instanceof Value.RecordValue record
                        ? recordMismatch(fields, record, place)
                        : expected(type, value, place);
            case ValueType.TupleType(var types) -> {
                if (!(value instanceof Value.TupleValue(var elements)) || elements.size() != types.size()) {
                    yield expected(type, value, place);
                }
                for (int i = 0; i < types.size(); i++) {
                    String mismatch = mismatch(types.get(i), elements.get(i), place + ", element " + i);
                    if (mismatch != null) {
                        yield mismatch;
                    }
                }
                yield null;
            }
            case ValueType.VariantType variant -> {
                int index = value instanceof Value.VariantValue v ? caseIndex(variant, v.label()) : -1;
                yield index < 0 || !(value instanceof Value.VariantValue(var label, var payload))
                        ? expected(type, value, place)
                        : payload(variant.cases().get(index).payload(), payload, place + ", case '" + label + "'");
            }
            case ValueType.EnumType(var cases) ->
                value instanceof Value.EnumValue(var label) && cases.contains(label)
                        ? null
                        : expected(type, value, place);
            case ValueType.OptionType(var some) -> {
                if (!(value instanceof Value.OptionValue(var payload))) {
                    yield expected(type, value, place);
                }
                yield payload.isEmpty() ? null : mismatch(some, payload.get(), place + ", case 'some'");
            }
            case ValueType.ResultType(var ok, var err) -> {
                if (!(value instanceof Value.ResultValue(boolean isOk, var payload))) {
                    yield expected(type, value, place);
                }
                yield isOk
                        ? payload(ok, payload, place + ", case 'ok'")
                        : payload(err, payload, place + ", case 'err'");
            }
            case ValueType.FlagsType(var labels) ->
                value instanceof Value.FlagsValue(var set) && labels.containsAll(set)
                        ? null
                        : expected(type, value, place);
            case ValueType.Own(var resource) ->
                value instanceof Value.OwnHandle(var rep)
                        ? ownMismatch(resource, rep, place)
                        : expected(type, value, place);
            case ValueType.Borrow(var resource) ->
                value instanceof Value.BorrowHandle(var rep)
                        ? borrowMismatch(resource, rep, place)
                        : expected(type, value, place);
        };
    }

    private static boolean fits(ValueType.Primitive type, Value value) {
        return switch (type) {
            case BOOL -> value instanceof Value.Bool;
            case S8 -> value instanceof Value.S8;
            case U8 -> value instanceof Value.U8;
            case S16 -> value instanceof Value.S16;
            case U16 -> value instanceof Value.U16;
            case S32 -> value instanceof Value.S32;
            case U32 -> value instanceof Value.U32;
            case S64 -> value instanceof Value.S64;
            case U64 -> value instanceof Value.U64;
            case F32 -> value instanceof Value.F32;
            case F64 -> value instanceof Value.F64;
            case CHAR -> value instanceof Value.Char;
            case STRING -> value instanceof Value.Str;
        };
    }

    private static @Nullable String mismatch(ValueType element, List<Value> values, String place) {
        int index = 0;
        for (Value value : values) {
            String mismatch = mismatch(element, value, place + "[" + index + "]");
            if (mismatch != null) {
                return mismatch;
            }
            index++;
        }
        return null;
    }

    private static @Nullable String recordMismatch(
            List<ValueType.Field> fields, Value.RecordValue value, String place) {
        for (ValueType.Field field : fields) {
            Value part = value.fields().get(field.name());
            if (part == null) {
                return place + ": field '" + field.name() + "' is missing";
            }
            String mismatch = mismatch(field.type(), part, place + ", field '" + field.name() + "'");
            if (mismatch != null) {
                return mismatch;
            }
        }
        return value.fields().size() == fields.size()
                ? null
                : place + ": fields " + value.fields().keySet() + " are more than the type has";
    }

    private static @Nullable String payload(Optional<ValueType> type, Optional<Value> value, String place) {
        if (type.isEmpty()) {
            return value.isEmpty() ? null : place + ": expected nothing, but found " + text(value.get());
        }
        return value.isEmpty()
                ? place + ": expected " + TypeText.of(type.get()) + ", but found nothing"
                : mismatch(type.get(), value.get(), place);
    }

    private static @Nullable String ownMismatch(ResourceType type, HostResource resource, String place) {
        if (!(resource instanceof GuestResource guest)) {
            return null;
        }
        if (!guest.type().equals(type)) {
            return place + ": expected a resource " + type + ", but found a resource " + guest.type();
        }
        if (guest.isLent()) {
            return place + ": the resource " + type + " is lent to a call";
        }
        return guest.isOwned() ? null : place + ": the resource " + type + " belongs to somebody else";
    }

    private static @Nullable String borrowMismatch(ResourceType type, HostResource resource, String place) {
        if (!(resource instanceof GuestResource guest)) {
            return null;
        }
        if (!guest.type().equals(type)) {
            return place + ": expected a resource " + type + ", but found a resource " + guest.type();
        }
        return guest.isLive() ? null : place + ": the resource " + type + " is gone";
    }

    /** -1 when there is no such case. */
    static int caseIndex(ValueType.VariantType type, String label) {
        for (int i = 0; i < type.cases().size(); i++) {
            if (type.cases().get(i).name().equals(label)) {
                return i;
            }
        }
        return -1;
    }

    private static String text(Value value) {
        String text = value.toString();
        return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT) + "…";
    }

    private static String expected(ValueType type, Value value, String place) {
        return place + ": expected " + TypeText.of(type) + ", but found " + text(value);
    }
}
