package io.torvyn.component;

import io.torvyn.component.spi.CoreType;
import io.torvyn.contracts.FunctionType;
import io.torvyn.contracts.ValueType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * How the values of a component function travel as core values: CanonicalABI.md, "Flattening", for 32-bit memories and
 * without the canonical option {@code async}.
 *
 * @param parametersInMemory the parameters are too many: an address of them is passed instead
 * @param resultInMemory the result is too large for one core value: it is left in memory
 * @param lifted the type of the core function that {@code canon lift} takes; a result in memory is its address
 * @param lowered the type of the core function that {@code canon lower} makes; for a result in memory the caller passes
 *     the address last
 */
public record Flattening(
        boolean parametersInMemory, boolean resultInMemory, CoreType.Function lifted, CoreType.Function lowered) {
    public static final int MAX_FLAT_PARAMS = 16;
    public static final int MAX_FLAT_RESULTS = 1;
    /** Of a function that is lowered with the canonical option {@code async}. */
    static final int MAX_FLAT_ASYNC_PARAMS = 4;

    public static Flattening of(FunctionType type) {
        List<ValueType> parameterTypes =
                type.parameters().stream().map(ValueType.Field::type).toList();
        boolean parametersInMemory = count(parameterTypes) > MAX_FLAT_PARAMS;
        List<CoreType.Value> parameters = parametersInMemory ? List.of(CoreType.Value.I32) : ofAll(parameterTypes);
        boolean resultInMemory = type.result().map(Flattening::count).orElse(0) > MAX_FLAT_RESULTS;
        List<CoreType.Value> results =
                resultInMemory ? List.of() : type.result().map(Flattening::of).orElse(List.of());
        var lifted = new CoreType.Function(parameters, resultInMemory ? List.of(CoreType.Value.I32) : results);
        if (!resultInMemory) {
            return new Flattening(parametersInMemory, false, lifted, lifted);
        }
        var withAddress = new ArrayList<>(parameters);
        withAddress.add(CoreType.Value.I32);
        return new Flattening(parametersInMemory, true, lifted, new CoreType.Function(withAddress, List.of()));
    }

    /**
     * The core function that {@code canon lift} takes with the option {@code async}.
     *
     * @param callback whether the option {@code callback} is given too
     */
    static CoreType.Function asyncLifted(FunctionType type, boolean callback) {
        return new CoreType.Function(
                of(type).lifted().parameters(), callback ? List.of(CoreType.Value.I32) : List.of());
    }

    /** The core function that {@code canon lower} makes with the option {@code async}. */
    static CoreType.Function asyncLowered(FunctionType type) {
        List<ValueType> types =
                type.parameters().stream().map(ValueType.Field::type).toList();
        var parameters =
                new ArrayList<>(count(types) > MAX_FLAT_ASYNC_PARAMS ? List.of(CoreType.Value.I32) : ofAll(types));
        if (type.result().isPresent()) {
            parameters.add(CoreType.Value.I32);
        }
        return new CoreType.Function(parameters, List.of(CoreType.Value.I32));
    }

    /** How many core values it takes; what is beyond {@link #MAX_FLAT_PARAMS} is not counted exactly. */
    static int count(ValueType type) {
        return switch (type) {
            case ValueType.Primitive primitive -> primitive == ValueType.Primitive.STRING ? 2 : 1;
            case ValueType.ListType _, ValueType.MapType _ -> 2;
            case ValueType.FixedListType(var element, int length) ->
                (int) Math.min(MAX_FLAT_PARAMS + 1L, (long) count(element) * length);
            case ValueType.RecordType(var fields) ->
                count(fields.stream().map(ValueType.Field::type).toList());
            case ValueType.TupleType(var elements) -> count(elements);
            case ValueType.VariantType _, ValueType.EnumType _, ValueType.OptionType _, ValueType.ResultType _ -> {
                int most = 0;
                for (Optional<ValueType> payload : Layout.payloads(type)) {
                    most = Math.max(most, payload.map(Flattening::count).orElse(0));
                }
                yield Math.min(MAX_FLAT_PARAMS + 1, 1 + most);
            }
            case ValueType.FlagsType _, ValueType.Own _, ValueType.Borrow _, ValueType.AsyncType _ -> 1;
        };
    }

    static int count(List<ValueType> types) {
        int sum = 0;
        for (ValueType type : types) {
            sum += count(type);
            if (sum > MAX_FLAT_PARAMS) {
                return MAX_FLAT_PARAMS + 1;
            }
        }
        return sum;
    }

    /** The core values that a value of this type becomes. */
    public static List<CoreType.Value> of(ValueType type) {
        return switch (type) {
            case ValueType.Primitive primitive ->
                switch (primitive) {
                    case BOOL, S8, U8, S16, U16, S32, U32, CHAR -> List.of(CoreType.Value.I32);
                    case S64, U64 -> List.of(CoreType.Value.I64);
                    case F32 -> List.of(CoreType.Value.F32);
                    case F64 -> List.of(CoreType.Value.F64);
                    case STRING -> List.of(CoreType.Value.I32, CoreType.Value.I32);
                };
            case ValueType.ListType _, ValueType.MapType _ -> List.of(CoreType.Value.I32, CoreType.Value.I32);
            case ValueType.FixedListType(var element, int length) -> ofAll(Collections.nCopies(length, element));
            case ValueType.RecordType(var fields) ->
                ofAll(fields.stream().map(ValueType.Field::type).toList());
            case ValueType.TupleType(var elements) -> ofAll(elements);
            case ValueType.VariantType _, ValueType.EnumType _, ValueType.OptionType _, ValueType.ResultType _ ->
                ofCases(Layout.payloads(type));
            case ValueType.FlagsType _, ValueType.Own _, ValueType.Borrow _, ValueType.AsyncType _ ->
                List.of(CoreType.Value.I32);
        };
    }

    /** The core values of several values, one after the other. */
    public static List<CoreType.Value> ofAll(List<ValueType> types) {
        var flat = new ArrayList<CoreType.Value>();
        for (ValueType type : types) {
            flat.addAll(of(type));
        }
        return flat;
    }

    private static List<CoreType.Value> ofCases(List<Optional<ValueType>> payloads) {
        var flat = new ArrayList<CoreType.Value>();
        flat.add(CoreType.Value.I32);
        for (Optional<ValueType> payload : payloads) {
            List<CoreType.Value> part = payload.map(Flattening::of).orElse(List.of());
            for (int i = 0; i < part.size(); i++) {
                if (i + 1 < flat.size()) {
                    flat.set(i + 1, join(flat.get(i + 1), part.get(i)));
                } else {
                    flat.add(part.get(i));
                }
            }
        }
        return flat;
    }

    /** The core type that can carry either. */
    private static CoreType.Value join(CoreType.Value a, CoreType.Value b) {
        if (a == b) {
            return a;
        }
        boolean thirtyTwoBits = is32(a) && is32(b);
        return thirtyTwoBits ? CoreType.Value.I32 : CoreType.Value.I64;
    }

    private static boolean is32(CoreType.Value type) {
        return type == CoreType.Value.I32 || type == CoreType.Value.F32;
    }
}
