package io.torvyn.specsuite;

import io.torvyn.component.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * Component values as {@code json-from-wast} writes them: each has its type with it, and numbers are strings, floating
 * point numbers those of their bits.
 */
final class JsonValues {
    private JsonValues() {}

    /**
     * Reads a value.
     *
     * @throws IllegalArgumentException when it is none that components have, such as a reference
     */
    static Value read(JsonNode constant) {
        String type = constant.path("type").asString("");
        JsonNode value = constant.path("value");
        return switch (type) {
            case "bool" -> new Value.Bool(value.asBoolean());
            case "s8" -> new Value.S8(Byte.parseByte(value.asString()));
            case "u8" -> new Value.U8(Integer.parseInt(value.asString()));
            case "s16" -> new Value.S16(Short.parseShort(value.asString()));
            case "u16" -> new Value.U16(Integer.parseInt(value.asString()));
            case "s32" -> new Value.S32(Integer.parseInt(value.asString()));
            case "u32" -> new Value.U32(Long.parseLong(value.asString()));
            case "s64" -> new Value.S64(Long.parseLong(value.asString()));
            case "u64" -> new Value.U64(Long.parseUnsignedLong(value.asString()));
            case "f32" -> new Value.F32(Float.intBitsToFloat(Integer.parseUnsignedInt(value.asString())));
            case "f64" -> new Value.F64(Double.longBitsToDouble(Long.parseUnsignedLong(value.asString())));
            case "char" -> new Value.Char(value.asString().codePointAt(0));
            case "string" -> new Value.Str(value.asString());
            case "list" -> new Value.ListValue(readAll(value));
            case "map" -> map(value);
            case "tuple" -> new Value.TupleValue(readAll(value));
            case "record" -> record(value);
            case "variant" -> new Value.VariantValue(value.path("case").asString(), optional(value.path("payload")));
            case "enum" -> new Value.EnumValue(value.asString());
            case "option" -> new Value.OptionValue(optional(value));
            case "result" ->
                value.has("Ok")
                        ? new Value.ResultValue(true, optional(value.path("Ok")))
                        : new Value.ResultValue(false, optional(value.path("Err")));
            case "flags" -> flags(value);
            default -> throw new IllegalArgumentException("a value of type '" + type + "' is none of a component");
        };
    }

    static List<Value> readAll(Iterable<JsonNode> constants) {
        List<Value> values = new ArrayList<>();
        constants.forEach(constant -> values.add(read(constant)));
        return values;
    }

    private static Optional<Value> optional(JsonNode constant) {
        return constant.isObject() ? Optional.of(read(constant)) : Optional.empty();
    }

    /** A list of entries. */
    private static Value map(JsonNode entries) {
        List<Value> values = new ArrayList<>();
        entries.forEach(entry -> values.add(new Value.TupleValue(readAll(entry))));
        return new Value.ListValue(values);
    }

    private static Value record(JsonNode fields) {
        Map<String, Value> values = new LinkedHashMap<>();
        fields.forEach(field -> values.put(field.path(0).asString(), read(field.path(1))));
        return new Value.RecordValue(values);
    }

    private static Value flags(JsonNode labels) {
        Set<String> set = new LinkedHashSet<>();
        labels.forEach(label -> set.add(label.asString()));
        return new Value.FlagsValue(set);
    }
}
