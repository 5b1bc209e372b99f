package io.torvyn.component;

import io.torvyn.contracts.ResourceType;
import io.torvyn.contracts.ValueType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Types and values of them, the same ones for the same seed. */
final class RandomValues {
    static final ResourceType RESOURCE = new ResourceType("thing");

    private final Random random;

    RandomValues(long seed) {
        random = new Random(seed);
    }

    ValueType type(int depth) {
        int kind = random.nextInt(depth == 0 ? 5 : 14);
        return switch (kind) {
            case 0, 1 -> {
                var primitives = ValueType.Primitive.values();
                yield primitives[random.nextInt(primitives.length)];
            }
            case 2 -> new ValueType.EnumType(labels(1 + random.nextInt(random.nextInt(20) == 0 ? 300 : 5)));
            case 3 -> new ValueType.FlagsType(labels(1 + random.nextInt(32)));
            case 4 -> random.nextBoolean() ? new ValueType.Own(RESOURCE) : new ValueType.Borrow(RESOURCE);
            case 5, 6 -> new ValueType.ListType(type(depth - 1));
            case 7 ->
                new ValueType.RecordType(IntStream.range(0, 1 + random.nextInt(5))
                        .mapToObj(i -> new ValueType.Field("f" + i, type(depth - 1)))
                        .toList());
            case 8 ->
                new ValueType.TupleType(IntStream.range(0, 1 + random.nextInt(4))
                        .mapToObj(_ -> type(depth - 1))
                        .toList());
            case 9 -> {
                int cases = random.nextInt(20) == 0 ? 257 + random.nextInt(40) : 1 + random.nextInt(5);
                yield new ValueType.VariantType(IntStream.range(0, cases)
                        .mapToObj(i -> new ValueType.Case("c" + i, optionalType(depth - 1)))
                        .toList());
            }
            case 10 -> new ValueType.OptionType(type(depth - 1));
            case 11 -> new ValueType.FixedListType(type(depth - 1), 1 + random.nextInt(4));
            case 12 -> new ValueType.MapType(ValueType.Primitive.STRING, type(depth - 1));
            default -> new ValueType.ResultType(optionalType(depth - 1), optionalType(depth - 1));
        };
    }

    private Optional<ValueType> optionalType(int depth) {
        return random.nextInt(3) == 0 ? Optional.empty() : Optional.of(type(depth));
    }

    private static List<String> labels(int count) {
        return IntStream.range(0, count).mapToObj(i -> "l" + i).toList();
    }

    Value value(ValueType type) {
        return switch (type) {
            case ValueType.Primitive primitive ->
                switch (primitive) {
                    case BOOL -> new Value.Bool(random.nextBoolean());
                    case S8 -> new Value.S8((byte) random.nextInt());
                    case U8 -> new Value.U8(random.nextInt() & 0xff);
                    case S16 -> new Value.S16((short) random.nextInt());
                    case U16 -> new Value.U16(random.nextInt() & 0xffff);
                    case S32 -> new Value.S32(random.nextInt());
                    case U32 -> new Value.U32(random.nextInt() & 0xffff_ffffL);
                    case S64 -> new Value.S64(random.nextLong());
                    case U64 -> new Value.U64(random.nextLong());
                    case F32 -> new Value.F32(Float.intBitsToFloat(random.nextInt()));
                    case F64 -> new Value.F64(Double.longBitsToDouble(random.nextLong()));
                    case CHAR -> new Value.Char(scalar(random));
                    case STRING -> new Value.Str(string(random));
                };
            case ValueType.ListType(var element) -> {
                int length = random.nextInt(6);
                var values = new ArrayList<Value>();
                for (int i = 0; i < length; i++) {
                    values.add(value(element));
                }
                yield new Value.ListValue(values);
            }
            case ValueType.MapType(var entry) -> value(new ValueType.ListType(entry));
            case ValueType.FixedListType(var element, int length) ->
                new Value.ListValue(
                        Stream.generate(() -> value(element)).limit(length).toList());
            case ValueType.AsyncType _ -> throw new IllegalArgumentException("no value of type " + type);
            case ValueType.RecordType(var fields) -> {
                var values = new LinkedHashMap<String, Value>();
                fields.forEach(f -> values.put(f.name(), value(f.type())));
                yield new Value.RecordValue(values);
            }
            case ValueType.TupleType(var elements) ->
                new Value.TupleValue(elements.stream().map(this::value).toList());
            case ValueType.VariantType(var cases) -> {
                var chosen = cases.get(random.nextInt(cases.size()));
                yield new Value.VariantValue(chosen.name(), chosen.payload().map(this::value));
            }
            case ValueType.EnumType(var cases) -> new Value.EnumValue(cases.get(random.nextInt(cases.size())));
            case ValueType.FlagsType(var labels) -> {
                var set = new LinkedHashSet<String>();
                labels.stream().filter(_ -> random.nextBoolean()).forEach(set::add);
                yield new Value.FlagsValue(set);
            }
            case ValueType.OptionType(var payload) ->
                new Value.OptionValue(random.nextBoolean() ? Optional.of(value(payload)) : Optional.empty());
            case ValueType.ResultType(var ok, var err) -> {
                boolean isOk = random.nextBoolean();
                yield new Value.ResultValue(isOk, (isOk ? ok : err).map(this::value));
            }
            case ValueType.Own _ -> new Value.OwnHandle(new HostResource() {});
            case ValueType.Borrow _ -> new Value.BorrowHandle(new HostResource() {});
        };
    }

    static int scalar(Random random) {
        int[] limits = {0x80, 0x100, 0x800, 0x10000, 0x110000};
        int codePoint;
        do {
            codePoint = random.nextInt(limits[random.nextInt(limits.length)]);
        } while (!Value.isScalarValue(codePoint));
        return codePoint;
    }

    static String string(Random random) {
        var string = new StringBuilder();
        int[] limits = {0x80, 0x100, 0x110000};
        int limit = limits[random.nextInt(limits.length)];
        int length = random.nextInt(12);
        while (string.length() < length) {
            int codePoint = random.nextInt(limit);
            if (Value.isScalarValue(codePoint)) {
                string.appendCodePoint(codePoint);
            }
        }
        return string.toString();
    }
}
