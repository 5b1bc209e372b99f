package io.torvyn.bindgen;

import io.torvyn.bindgen.SourceFile.Bytes;
import io.torvyn.contracts.TypeDefinition;
import io.torvyn.contracts.TypeReference;
import io.torvyn.contracts.WitFunction;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Writes the statements that look at the resources of a guest's among the arguments of a call, before the guest is
 * entered: whether they can be lent or given away.
 */
final class PassedWriter {
    private static final String PASSED = "passed";

    private final SourceFile file;
    private final Code code;
    private final Set<String> names;
    /** Whether one of them may be another, so that they have to be compared. */
    private final boolean compared;

    private PassedWriter(SourceFile file, Code code, Set<String> names, boolean compared) {
        this.file = file;
        this.code = code;
        this.names = names;
        this.compared = compared;
    }

    static void write(SourceFile file, Code code, Function function) {
        List<WitFunction.Parameter> parameters = function.parameters().stream()
                .filter(parameter -> file.mentionsExported(parameter.type()))
                .toList();
        if (parameters.isEmpty()) {
            return;
        }
        var count = new Count(file);
        parameters.forEach(parameter -> count.visit(parameter.type()));
        Set<String> names = new HashSet<>(Set.of(PASSED));
        function.parameters().forEach(parameter -> names.add(function.parameter(parameter)));
        var writer = new PassedWriter(file, code, names, count.given > 0 && count.given + count.lent > 1);
        if (writer.compared) {
            String type = file.use("io.torvyn.component.PassedResources");
            code.line("var " + PASSED + " = new " + type + "();");
        }
        parameters.forEach(parameter -> writer.check(parameter.type(), function.parameter(parameter)));
    }

    /** How many handles there may be; several where there is no telling. */
    private static final class Count {
        private final SourceFile file;
        private int given;
        private int lent;

        Count(SourceFile file) {
            this.file = file;
        }

        void visit(TypeReference type) {
            switch (Structure.resolve(type)) {
                case TypeReference.OwnOf(var resource) -> given += file.isExported(resource) ? 1 : 0;
                case TypeReference.BorrowOf(var resource) -> lent += file.isExported(resource) ? 1 : 0;
                case TypeReference.ListOf(var element) -> {
                    visit(element);
                    visit(element);
                }
                case TypeReference.OptionOf(var payload) -> visit(payload);
                case TypeReference.ResultOf(var ok, var err) -> {
                    ok.ifPresent(this::visit);
                    err.ifPresent(this::visit);
                }
                case TypeReference.TupleOf(var elements) -> elements.forEach(this::visit);
                case TypeReference.Named(var definition) -> {
                    switch (definition.kind()) {
                        case TypeDefinition.Kind.Record(var fields) -> fields.forEach(field -> visit(field.type()));
                        case TypeDefinition.Kind.Variant(var cases) ->
                            cases.forEach(c -> c.payload().ifPresent(this::visit));
                        case TypeDefinition.Kind.Enum _, TypeDefinition.Kind.Flags _ -> {}
                        case TypeDefinition.Kind.Resource _, TypeDefinition.Kind.Alias _ ->
                            throw new IllegalStateException("not resolved: " + definition.name());
                    }
                }
                case TypeReference.Builtin _ -> {}
                case TypeReference.FixedListOf _,
                        TypeReference.MapOf _,
                        TypeReference.StreamOf _,
                        TypeReference.FutureOf _,
                        TypeReference.ErrorContext _ -> throw Structure.refused(type);
            }
        }
    }

    private void check(TypeReference type, String value) {
        if (!file.mentionsExported(type)) {
            return;
        }
        switch (Structure.resolve(type)) {
            case TypeReference.OwnOf(var resource) -> check("Give", resource, value);
            case TypeReference.BorrowOf(var resource) -> check("Lend", resource, value);
            case TypeReference.ListOf(var element) -> {
                String item = fresh("item");
                code.open("for (" + file.type(element, Bytes.TO_GUEST) + " " + item + " : " + value + ")");
                check(element, item);
                code.close();
            }
            case TypeReference.OptionOf(var payload) -> {
                code.open("if (" + value + ".isPresent())");
                check(payload, value + ".get()");
                code.close();
            }
            case TypeReference.ResultOf(var ok, var err) -> {
                String result = file.use("io.torvyn.component.Result");
                code.open("switch (" + value + ")");
                branch(result + ".Ok", ok, "ok", "_");
                branch(result + ".Err", err, "err", "_");
                code.close();
            }
            case TypeReference.TupleOf(var elements) -> {
                for (int i = 0; i < elements.size(); i++) {
                    check(elements.get(i), value + "." + JavaNames.element(i) + "()");
                }
            }
            case TypeReference.Named(var definition) -> check(definition, value);
            case TypeReference.Builtin _,
                    TypeReference.FixedListOf _,
                    TypeReference.MapOf _,
                    TypeReference.StreamOf _,
                    TypeReference.FutureOf _,
                    TypeReference.ErrorContext _ -> throw new IllegalStateException("holds no handle: " + type);
        }
    }

    private void check(String what, TypeDefinition resource, String value) {
        String field = file.resourceField(resource);
        code.line(
                compared
                        ? PASSED + "." + JavaNames.uncapital(what) + "(" + field + ", " + value + ".handle());"
                        : field + ".check" + what + "(" + value + ".handle());");
    }

    private void check(TypeDefinition definition, String value) {
        switch (definition.kind()) {
            case TypeDefinition.Kind.Record(var fields) ->
                fields.forEach(field -> check(field.type(), value + "." + JavaNames.method(field.name()) + "()"));
            case TypeDefinition.Kind.Variant(var cases) -> {
                code.open("switch (" + value + ")");
                for (TypeDefinition.Alternative c : cases) {
                    branch(
                            file.name(definition, "") + "." + Marshalling.caseName(definition, c),
                            c.payload(),
                            JavaNames.variable(c.name()),
                            c.payload().isPresent() ? "_" : "");
                }
                code.close();
            }
            case TypeDefinition.Kind.Enum _,
                    TypeDefinition.Kind.Flags _,
                    TypeDefinition.Kind.Resource _,
                    TypeDefinition.Kind.Alias _ -> throw new IllegalStateException("holds no handle: " + definition);
        }
    }

    private void branch(String pattern, Optional<TypeReference> payload, String wish, String ignored) {
        if (payload.isEmpty() || !file.mentionsExported(payload.get())) {
            code.line("case " + pattern + "(" + ignored + ") -> {}");
            return;
        }
        String name = fresh(wish);
        var block = new PassedWriter(file, new Code(), names, compared);
        block.check(payload.get(), name);
        code.branch("case " + pattern + "(var " + name + ")", block.code);
    }

    private String fresh(String wish) {
        String name = wish;
        for (int i = 2; !names.add(name); i++) {
            name = wish + i;
        }
        return name;
    }
}
