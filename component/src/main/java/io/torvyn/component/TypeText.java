package io.torvyn.component;

import io.torvyn.component.spi.CoreType;
import io.torvyn.contracts.FunctionType;
import io.torvyn.contracts.ValueType;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Types as people read them in messages, close to WIT; cut off where they get long. */
final class TypeText {
    private static final int MAX_LENGTH = 400;

    private final StringBuilder out = new StringBuilder();

    private TypeText() {}

    static String of(FunctionType type) {
        var text = new TypeText();
        text.out.append(type.async() ? "async func(" : "func(");
        text.fields(type.parameters());
        text.out.append(')');
        type.result().ifPresent(result -> {
            text.out.append(" -> ");
            text.value(result);
        });
        return text.toString();
    }

    /** What was expected and what was found, also where only the identities of resources differ. */
    static String difference(String expected, String found) {
        return "expected " + expected + ", found " + found
                + (expected.equals(found) ? ", with another resource type of the same name" : "");
    }

    static String of(ValueType type) {
        var text = new TypeText();
        text.value(type);
        return text.toString();
    }

    static String of(CoreType type) {
        return switch (type) {
            case CoreType.Function(var parameters, var results) ->
                "(" + values(parameters) + ") -> (" + values(results) + ")";
            case CoreType.Memory(var minimum, var maximum, var shared, var memory64) ->
                (shared ? "shared " : "") + "memory" + (memory64 ? " of 64 bits" : "") + limits(minimum, maximum);
            case CoreType.Table(var element, var minimum, var maximum) ->
                "table of " + element.name().toLowerCase(Locale.ROOT) + limits(minimum, maximum);
            case CoreType.Global(var value, var mutable) ->
                (mutable ? "mutable global " : "global ") + value.name().toLowerCase(Locale.ROOT);
            case CoreType.Tag(var function) -> "tag of " + of(function);
        };
    }

    private static String values(List<CoreType.Value> values) {
        return values.stream()
                .limit(40)
                .map(value -> value.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(", ", "", values.size() > 40 ? ", …" : ""));
    }

    private static String limits(long minimum, long maximum) {
        return " of " + Long.toUnsignedString(minimum)
                + (maximum == -1 ? " or more" : " to " + Long.toUnsignedString(maximum));
    }

    private void value(ValueType type) {
        if (out.length() > MAX_LENGTH) {
            return;
        }
        switch (type) {
            case ValueType.Primitive primitive -> out.append(primitive);
            case ValueType.RecordType(var fields) -> {
                out.append("record { ");
                fields(fields);
                out.append(" }");
            }
            case ValueType.VariantType(var cases) -> {
                out.append("variant { ");
                for (int i = 0; i < cases.size() && out.length() <= MAX_LENGTH; i++) {
                    out.append(i == 0 ? "" : ", ").append(cases.get(i).name());
                    cases.get(i).payload().ifPresent(payload -> {
                        out.append('(');
                        value(payload);
                        out.append(')');
                    });
                }
                out.append(" }");
            }
            case ValueType.ListType(var element) -> wrapped("list", List.of(Optional.of(element)));
            case ValueType.FixedListType(var element, int length) -> {
                out.append("list<");
                value(element);
                out.append(", ").append(length).append('>');
            }
            case ValueType.MapType map -> wrapped("map", List.of(Optional.of(map.key()), Optional.of(map.value())));
            case ValueType.StreamType(var element) -> handle("stream", element);
            case ValueType.FutureType(var payload) -> handle("future", payload);
            case ValueType.ErrorContextType() -> out.append("error-context");
            case ValueType.TupleType(var elements) ->
                wrapped("tuple", elements.stream().map(Optional::of).toList());
            case ValueType.FlagsType(var labels) ->
                out.append("flags { ").append(String.join(", ", labels)).append(" }");
            case ValueType.EnumType(var cases) ->
                out.append("enum { ").append(String.join(", ", cases)).append(" }");
            case ValueType.OptionType(var payload) -> wrapped("option", List.of(Optional.of(payload)));
            case ValueType.ResultType(var ok, var err) -> {
                if (ok.isEmpty() && err.isEmpty()) {
                    out.append("result");
                } else {
                    wrapped("result", err.isEmpty() ? List.of(ok) : List.of(ok, err));
                }
            }
            case ValueType.Own(var resource) -> out.append(resource.name());
            case ValueType.Borrow(var resource) ->
                out.append("borrow<").append(resource.name()).append('>');
        }
    }

    private void handle(String name, Optional<ValueType> payload) {
        if (payload.isEmpty()) {
            out.append(name);
        } else {
            wrapped(name, List.of(payload));
        }
    }

    private void fields(List<ValueType.Field> fields) {
        for (int i = 0; i < fields.size() && out.length() <= MAX_LENGTH; i++) {
            out.append(i == 0 ? "" : ", ").append(fields.get(i).name()).append(": ");
            value(fields.get(i).type());
        }
    }

    private void wrapped(String name, List<Optional<ValueType>> parts) {
        out.append(name).append('<');
        for (int i = 0; i < parts.size() && out.length() <= MAX_LENGTH; i++) {
            out.append(i == 0 ? "" : ", ");
            parts.get(i).ifPresentOrElse(this::value, () -> out.append('_'));
        }
        out.append('>');
    }

    @Override
    public String toString() {
        return out.length() <= MAX_LENGTH ? out.toString() : out.substring(0, MAX_LENGTH) + "…";
    }
}
