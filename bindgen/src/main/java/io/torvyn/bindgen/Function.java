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
import java.util.Set;
import java.util.TreeSet;

/**
 * A function of an interface, or of a resource in it, with all that follows from its type.
 *
 * @param mark what its names in Java end with, so that no two functions of a contract have the same: mostly nothing
 * @param fields of the class that calls the functions of the contract: no parameter may hide one
 * @param parameters with {@code self}
 * @param flatParameters the core parameters of the lifted form, named
 */
record Function(
        WitFunction declaration,
        Optional<TypeDefinition> resource,
        String mark,
        Set<String> fields,
        List<WitFunction.Parameter> parameters,
        Optional<TypeReference> result,
        FunctionType type,
        Flattening flattening,
        List<Flat> flatParameters) {

    /** The functions of a contract: those of its resources, then the free ones. */
    static List<Function> all(List<TypeDefinition> types, List<WitFunction> free) {
        var functions = new ArrayList<Function>();
        // A method that differs in nothing but its case is another one to Java, not so the classes named after it.
        Set<String> taken = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        for (TypeDefinition type : types) {
            if (type.kind() instanceof TypeDefinition.Kind.Resource(var _, var declared)) {
                Set<String> methods = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
                declared.forEach(function -> functions.add(of(function, Optional.of(type), taken, methods)));
            }
        }
        free.forEach(function -> functions.add(of(function, Optional.empty(), taken, new TreeSet<>())));
        Set<String> fields = new TreeSet<>();
        for (TypeDefinition type : types) {
            Structure.resourceBehind(type).ifPresent(resource -> fields.add(JavaNames.resourceField(resource.name())));
        }
        functions.forEach(function -> fields.addAll(function.fieldNames()));
        return functions.stream()
                .map(function -> of(function.declaration, function.resource, function.mark, fields))
                .toList();
    }

    private static Function of(
            WitFunction declaration, Optional<TypeDefinition> resource, Set<String> taken, Set<String> methods) {
        String mark = "";
        while (true) {
            Function function = of(declaration, resource, mark, Set.of());
            List<String> names = function.memberNames();
            if (names.stream().noneMatch(taken::contains) && !methods.contains(function.exportedMethodName())) {
                taken.addAll(names);
                if (function.isMethod()) {
                    methods.add(function.exportedMethodName());
                }
                return function;
            }
            mark += "_";
        }
    }

    private static Function of(
            WitFunction declaration, Optional<TypeDefinition> resource, String mark, Set<String> fields) {
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
                : FlatNames.of(parameters, fields);
        return new Function(
                declaration,
                resource,
                mark,
                fields,
                List.copyOf(parameters),
                declaration.result(),
                type,
                flattening,
                flats);
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
                }
                + mark;
    }

    /** The same for its constants: {@code BUFFER_SIZE}. */
    String constant() {
        String owner = resource.map(TypeDefinition::name).orElse("");
        return switch (declaration.kind()) {
                    case FREE -> JavaNames.constant(declaration.name());
                    case METHOD, STATIC -> JavaNames.constant(owner + "-" + declaration.name());
                    case CONSTRUCTOR -> "NEW_" + JavaNames.constant(owner);
                }
                + mark;
    }

    /** The Java method that stands for it. */
    String javaName() {
        return isMethod() ? JavaNames.method(declaration.name()) + mark : qualifiedName();
    }

    /** The method that calls its core function. */
    String flatName() {
        return JavaNames.camel("flat-" + memberName()) + mark;
    }

    String contextName() {
        return qualifiedName() + "Context";
    }

    String coreField() {
        return qualifiedName() + "Core";
    }

    String postReturnName() {
        return qualifiedName() + "PostReturn";
    }

    /** The class that calls its core function. */
    String coreClass() {
        return JavaNames.capital(qualifiedName()) + "Core";
    }

    String postReturnClass() {
        return JavaNames.capital(postReturnName());
    }

    /** The class with the layout of its result in memory. */
    String areaClass() {
        return JavaNames.type(memberName()) + "Area" + mark;
    }

    /** Names of classes that may be generated for it. */
    List<String> classes() {
        return List.of(coreClass(), postReturnClass(), areaClass());
    }

    private List<String> memberNames() {
        var names = new ArrayList<>(fieldNames());
        names.add(qualifiedName());
        names.add(flatName());
        return names;
    }

    private List<String> fieldNames() {
        return List.of(contextName(), coreField(), postReturnName());
    }

    /** A name in WIT's spelling that tells apart the functions of several resources. */
    private String memberName() {
        String name = declaration.name();
        return switch (declaration.kind()) {
            case FREE -> name;
            case METHOD, STATIC -> resource.map(r -> r.name() + "-").orElse("") + name;
            case CONSTRUCTOR -> "new-" + name;
        };
    }

    /** What one of its parameters is called in Java. */
    String parameter(WitFunction.Parameter parameter) {
        String name = JavaNames.parameter(parameter.name());
        return fields.contains(name) ? name + "_" : name;
    }

    /** {@code Result<...> write(long offset, GuestBytes bytes)}. */
    String signature(SourceFile file, SourceFile.Bytes parameterBytes, SourceFile.Bytes resultBytes) {
        return signature(file, javaName(), parameterBytes, resultBytes);
    }

    String signature(SourceFile file, String name, SourceFile.Bytes parameterBytes, SourceFile.Bytes resultBytes) {
        var declared = new ArrayList<String>();
        for (WitFunction.Parameter parameter : declaration.parameters()) {
            declared.add(file.type(parameter.type(), parameterBytes) + " " + parameter(parameter));
        }
        return resultType(file, resultBytes) + " " + name + "(" + String.join(", ", declared) + ")";
    }

    /** Whether it is a method of a resource that a guest implements: called on the resource's own class. */
    boolean isExportedMethod(SourceFile file) {
        return isMethod() && resource.filter(file::isExported).isPresent();
    }

    /** What Javadoc calls it within its guest class. */
    String link(SourceFile file) {
        return isExportedMethod(file)
                ? file.name(resource.orElseThrow(), "") + "#" + exportedMethodName()
                : "#" + javaName();
    }

    /** The same of a method, with its receiver as an argument, under a name that no other resource has. */
    String signatureWithSelf(SourceFile file, SourceFile.Bytes parameterBytes, SourceFile.Bytes resultBytes) {
        var declared = new ArrayList<String>();
        for (WitFunction.Parameter parameter : parameters) {
            declared.add(file.type(parameter.type(), parameterBytes) + " " + parameter(parameter));
        }
        return resultType(file, resultBytes) + " " + qualifiedName() + "(" + String.join(", ", declared) + ")";
    }

    /** The method that stands for it in the class of a resource that a guest implements. */
    String exportedMethodName() {
        return JavaNames.resourceMethod(declaration.name()) + mark;
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

    /** Whether its result is a {@code list<u8>} and nothing else. */
    boolean returnsBytes() {
        return result.map(Structure::resolve)
                .filter(type -> type instanceof TypeReference.ListOf(var element) && SourceFile.isByte(element))
                .isPresent();
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
