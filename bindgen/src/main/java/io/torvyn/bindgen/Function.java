package io.torvyn.bindgen;

import io.torvyn.component.Flattening;
import io.torvyn.component.Layout;
import io.torvyn.component.spi.CoreType;
import io.torvyn.contracts.FunctionType;
import io.torvyn.contracts.TypeDefinition;
import io.torvyn.contracts.TypeReference;
import io.torvyn.contracts.ValueType;
import io.torvyn.contracts.WitFunction;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A function of an interface, or of a resource in it, with all that follows from its type.
 *
 * @param parameters with {@code self}
 * @param flatParameters the core parameters of the lifted form, named
 */
record Function(
        WitFunction declaration,
        Optional<TypeDefinition> resource,
        List<WitFunction.Parameter> parameters,
        Optional<TypeReference> result,
        FunctionType type,
        Flattening flattening,
        List<Flat> flatParameters) {

    static Function of(WitFunction declaration, Optional<TypeDefinition> resource) {
        var parameters = new ArrayList<WitFunction.Parameter>();
        if (declaration.kind() == WitFunction.Kind.METHOD) {
            resource.ifPresent(
                    self -> parameters.add(new WitFunction.Parameter("self", new TypeReference.BorrowOf(self))));
        }
        parameters.addAll(declaration.parameters());
        FunctionType type = resource.map(declaration::type).orElseGet(declaration::type);
        Flattening flattening = Flattening.of(type);
        List<Flat> flats = flattening.parametersInMemory()
                ? List.of(new Flat("parametersAddress", CoreType.Value.I32))
                : FlatNames.of(parameters);
        return new Function(
                declaration, resource, List.copyOf(parameters), declaration.result(), type, flattening, flats);
    }

    /** Its name in a component: {@code [method]buffer.size}. */
    String externName() {
        return declaration.componentName(resource.map(TypeDefinition::name).orElse(""));
    }

    /** How the parameters lie when they go through memory. */
    Layout parameterLayout() {
        return Layout.ofFields(
                type.parameters().stream().map(ValueType.Field::type).toList());
    }

    boolean isMethod() {
        return declaration.kind() == WitFunction.Kind.METHOD;
    }

    /** Its name where functions of all resources stand side by side: {@code bufferSize}. */
    String qualifiedName() {
        String owner = resource.map(TypeDefinition::name).orElse("");
        return switch (declaration.kind()) {
            case FREE -> JavaNames.method(declaration.name());
            case METHOD, STATIC -> JavaNames.camel(owner + "-" + declaration.name());
            case CONSTRUCTOR -> "new" + JavaNames.type(owner);
        };
    }

    /** The same for its constants: {@code BUFFER_SIZE}. */
    String constant() {
        String owner = resource.map(TypeDefinition::name).orElse("");
        return switch (declaration.kind()) {
            case FREE -> JavaNames.constant(declaration.name());
            case METHOD, STATIC -> JavaNames.constant(owner + "-" + declaration.name());
            case CONSTRUCTOR -> "NEW_" + JavaNames.constant(owner);
        };
    }

    /** The Java method that stands for it. */
    String javaName() {
        return isMethod() ? JavaNames.method(declaration.name()) : qualifiedName();
    }

    /** {@code Result<...> write(long offset, GuestBytes bytes)}. */
    String signature(SourceFile file, SourceFile.Bytes parameterBytes, SourceFile.Bytes resultBytes) {
        return signature(file, javaName(), parameterBytes, resultBytes);
    }

    String signature(SourceFile file, String name, SourceFile.Bytes parameterBytes, SourceFile.Bytes resultBytes) {
        var declared = new ArrayList<String>();
        for (WitFunction.Parameter parameter : declaration.parameters()) {
            declared.add(file.type(parameter.type(), parameterBytes) + " " + JavaNames.parameter(parameter.name()));
        }
        return resultType(file, resultBytes) + " " + name + "(" + String.join(", ", declared) + ")";
    }

    /** Whether it is a method of a resource that a guest implements: called on the resource's own class. */
    boolean isExportedMethod(SourceFile file) {
        return isMethod() && resource.filter(file::isExported).isPresent();
    }

    /** The same of a method, with its receiver as an argument, under a name that no other resource has. */
    String signatureWithSelf(SourceFile file, SourceFile.Bytes parameterBytes, SourceFile.Bytes resultBytes) {
        var declared = new ArrayList<String>();
        for (WitFunction.Parameter parameter : parameters) {
            declared.add(file.type(parameter.type(), parameterBytes) + " " + JavaNames.parameter(parameter.name()));
        }
        return resultType(file, resultBytes) + " " + qualifiedName() + "(" + String.join(", ", declared) + ")";
    }

    /** The method that stands for it in the class of a resource that a guest implements. */
    String exportedMethodName() {
        return JavaNames.resourceMethod(declaration.name());
    }

    String resultType(SourceFile file, SourceFile.Bytes bytes) {
        return result.map(type -> file.type(type, bytes)).orElse("void");
    }

    /** An expression that makes its {@link FunctionType}. */
    String typeExpression(SourceFile file) {
        String field = "new " + file.use("io.torvyn.contracts.ValueType") + ".Field(\"";
        List<String> fields = parameters.stream()
                .map(p -> field + p.name() + "\", " + file.structure(p.type()) + ")")
                .toList();
        return "new " + file.use("io.torvyn.contracts.FunctionType") + "(" + file.use("java.util.List") + ".of("
                + String.join(", ", fields) + "), " + file.structure(result) + ")";
    }

    /** {@code long offset, int bytesAddress, int bytesLength}. */
    static String declarations(List<Flat> flats) {
        return String.join(
                ", ",
                flats.stream()
                        .map(flat -> Flat.carrier(flat.type()) + " " + flat.expression())
                        .toList());
    }

    /** Whether a {@code list<u8>} crosses outside of any record or variant, where its Java type has a direction. */
    boolean hasDirectedBytes() {
        return parameters.stream().anyMatch(p -> directedBytes(p.type()) > 0)
                || result.map(Function::directedBytes).orElse(0) > 0;
    }

    /** How many such lists it takes; two stand for many. */
    int directedByteParameters() {
        return parameters.stream().mapToInt(p -> directedBytes(p.type())).sum();
    }

    private static int directedBytes(TypeReference type) {
        return switch (Structure.resolve(type)) {
            case TypeReference.ListOf(var element) -> SourceFile.isByte(element) ? 1 : 2 * directedBytes(element);
            case TypeReference.OptionOf(var payload) -> directedBytes(payload);
            case TypeReference.ResultOf(var ok, var err) ->
                ok.map(Function::directedBytes).orElse(0)
                        + err.map(Function::directedBytes).orElse(0);
            case TypeReference.TupleOf(var elements) ->
                elements.stream().mapToInt(Function::directedBytes).sum();
            case TypeReference.Builtin _, TypeReference.Named _, TypeReference.OwnOf _, TypeReference.BorrowOf _ -> 0;
            case TypeReference.FixedListOf _,
                    TypeReference.MapOf _,
                    TypeReference.StreamOf _,
                    TypeReference.FutureOf _,
                    TypeReference.ErrorContext _ -> throw Structure.refused(type);
        };
    }
}
