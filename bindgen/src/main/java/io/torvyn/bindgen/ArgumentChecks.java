package io.torvyn.bindgen;

import io.torvyn.bindgen.SourceFile.Bytes;
import io.torvyn.contracts.TypeDefinition;
import io.torvyn.contracts.TypeReference;
import io.torvyn.contracts.ValueType;
import io.torvyn.contracts.WitFunction;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Writes the statements that look at the arguments of a call before the guest is entered: for null, and for what is no
 * {@code char}. Found later it would be too late, since the guest may have made room for others by then.
 */
final class ArgumentChecks {
    private final SourceFile file;
    private final Code code;
    private final Set<String> names;

    private ArgumentChecks(SourceFile file, Code code, Set<String> names) {
        this.file = file;
        this.code = code;
        this.names = names;
    }

    static void write(SourceFile file, Code code, Function function) {
        Set<String> names = new HashSet<>();
        function.parameters().forEach(parameter -> names.add(function.parameter(parameter)));
        var checks = new ArgumentChecks(file, code, names);
        // The object that an exported resource's method is called on passes itself.
        int first = function.isExportedMethod(file) ? 1 : 0;
        for (WitFunction.Parameter parameter :
                function.parameters().subList(first, function.parameters().size())) {
            checks.check(parameter.type(), function.parameter(parameter), parameter.name());
        }
    }

    /** Whether a value that is not null can still be wrong. */
    private boolean goesDeeper(TypeReference type) {
        return switch (Structure.resolve(type)) {
            case TypeReference.Builtin(var primitive) -> primitive == ValueType.Primitive.CHAR;
            case TypeReference.ListOf(var element) -> !SourceFile.isByte(element);
            case TypeReference.OptionOf(var payload) -> goesDeeper(payload);
            case TypeReference.ResultOf(var ok, var err) -> ok.isPresent() || err.isPresent();
            case TypeReference.TupleOf _ -> true;
            case TypeReference.Named(var definition) ->
                switch (definition.kind()) {
                    case TypeDefinition.Kind.Record(var fields) ->
                        fields.stream().anyMatch(field -> isChecked(field.type()));
                    case TypeDefinition.Kind.Variant(var cases) ->
                        cases.stream()
                                .anyMatch(
                                        c -> c.payload().filter(this::isChecked).isPresent());
                    case TypeDefinition.Kind.Flags _ -> true;
                    case TypeDefinition.Kind.Enum _, TypeDefinition.Kind.Resource _, TypeDefinition.Kind.Alias _ ->
                        false;
                };
            case TypeReference.OwnOf _, TypeReference.BorrowOf _ -> false;
            case TypeReference.FixedListOf _,
                    TypeReference.MapOf _,
                    TypeReference.StreamOf _,
                    TypeReference.FutureOf _,
                    TypeReference.ErrorContext _ -> throw Structure.refused(type);
        };
    }

    /** Whether a value of the type, where it is not in a box, can be wrong at all. */
    private boolean isChecked(TypeReference type) {
        return !(Structure.resolve(type) instanceof TypeReference.Builtin(var primitive))
                || primitive == ValueType.Primitive.CHAR
                || primitive == ValueType.Primitive.STRING;
    }

    private void notNull(String value, String place) {
        code.line(file.use("java.util.Objects") + ".requireNonNull(" + value + ", \"" + place + "\");");
    }

    /**
     * @param place what a message calls the value
     */
    private void check(TypeReference type, String value, String place) {
        if (isChecked(type)) {
            checkBoxed(type, value, place);
        }
    }

    /** The same of a value that may be null whatever its type: an element, or a part of a tuple. */
    private void checkBoxed(TypeReference type, String value, String place) {
        TypeReference resolved = Structure.resolve(type);
        if (resolved instanceof TypeReference.Builtin(var primitive) && primitive == ValueType.Primitive.CHAR) {
            code.line(file.use("io.torvyn.component.LiftLowerContext") + ".storeChar(" + value + ");");
            return;
        }
        notNull(value, place);
        if (goesDeeper(type)) {
            checkWithin(resolved, value, place);
        }
    }

    private void checkWithin(TypeReference type, String value, String place) {
        switch (type) {
            case TypeReference.ListOf(var element) -> {
                if (goesDeeper(element) || !Structure.isPacked(element)) {
                    each(
                            file.boxed(element, Bytes.TO_GUEST),
                            value,
                            item -> checkBoxed(element, item, "an element of " + place));
                } else {
                    code.line(file.use("io.torvyn.component.PackedElement") + ".checkPresent(" + value
                            + ", \"an element of " + place + "\");");
                }
            }
            case TypeReference.OptionOf(var payload) -> {
                code.open("if (" + value + ".isPresent())");
                checkPresent(payload, value + ".get()", place);
                code.close();
            }
            case TypeReference.ResultOf(var ok, var err) -> {
                String result = file.use("io.torvyn.component.Result");
                code.open("switch (" + value + ")");
                branch(result + ".Ok", ok, "ok", "_", place, true);
                branch(result + ".Err", err, "err", "_", place, true);
                code.close();
            }
            case TypeReference.TupleOf(var elements) -> {
                for (int i = 0; i < elements.size(); i++) {
                    String part = JavaNames.element(i);
                    checkBoxed(elements.get(i), value + "." + part + "()", place + "." + part);
                }
            }
            case TypeReference.Named(var definition) -> checkWithin(definition, value, place);
            case TypeReference.Builtin _,
                    TypeReference.OwnOf _,
                    TypeReference.BorrowOf _,
                    TypeReference.FixedListOf _,
                    TypeReference.MapOf _,
                    TypeReference.StreamOf _,
                    TypeReference.FutureOf _,
                    TypeReference.ErrorContext _ -> throw new IllegalStateException("has nothing within: " + type);
        }
    }

    private void checkWithin(TypeDefinition definition, String value, String place) {
        switch (definition.kind()) {
            case TypeDefinition.Kind.Record(var fields) ->
                fields.forEach(field -> check(
                        field.type(), value + "." + JavaNames.method(field.name()) + "()", place + "." + field.name()));
            case TypeDefinition.Kind.Variant(var cases) -> {
                code.open("switch (" + value + ")");
                for (TypeDefinition.Alternative c : cases) {
                    branch(
                            file.name(definition, "") + "." + Marshalling.caseName(definition, c),
                            c.payload(),
                            JavaNames.variable(c.name()),
                            c.payload().isPresent() ? "_" : "",
                            place,
                            false);
                }
                code.close();
            }
            case TypeDefinition.Kind.Flags _ ->
                each(file.name(definition, ""), value, item -> notNull(item, "an element of " + place));
            case TypeDefinition.Kind.Enum _, TypeDefinition.Kind.Resource _, TypeDefinition.Kind.Alias _ ->
                throw new IllegalStateException("has nothing within: " + definition.name());
        }
    }

    /** What an Optional holds is never null. */
    private void checkPresent(TypeReference type, String value, String place) {
        TypeReference resolved = Structure.resolve(type);
        if (resolved instanceof TypeReference.Builtin) {
            checkBoxed(type, value, place);
        } else {
            checkWithin(resolved, value, place);
        }
    }

    private void each(String type, String values, java.util.function.Consumer<String> body) {
        String item = fresh("item");
        code.open("for (" + type + " " + item + " : " + values + ")");
        body.accept(item);
        code.close();
        names.remove(item);
    }

    private void branch(
            String pattern, Optional<TypeReference> payload, String wish, String ignored, String place, boolean boxed) {
        if (payload.isEmpty() || !(boxed || isChecked(payload.get()))) {
            code.line("case " + pattern + "(" + ignored + ") -> {}");
            return;
        }
        String name = fresh(wish);
        var block = new ArgumentChecks(file, new Code(), names);
        block.checkBoxed(payload.get(), name, place);
        code.branch("case " + pattern + "(var " + name + ")", block.code);
        names.remove(name);
    }

    private String fresh(String wish) {
        String name = wish;
        for (int i = 2; !names.add(name); i++) {
            name = wish + i;
        }
        return name;
    }
}
