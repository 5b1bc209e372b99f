package io.torvyn.bindgen;

import io.torvyn.bindgen.SourceFile.Bytes;
import io.torvyn.component.Layout;
import io.torvyn.component.spi.CoreType;
import io.torvyn.contracts.TypeDefinition;
import io.torvyn.contracts.TypeReference;
import io.torvyn.contracts.WitFunction;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Writes the class that calls an interface which a component exports. */
final class GuestWriter {
    private final SourceFile file;
    private final Code code;
    private final String owner;
    private final Contract contract;
    private final List<Function> functions;
    private final boolean implementing;
    private final GuestNeeds needs;

    /**
     * @param implementing whether the class is the interface's own kind: not when bytes have another Java type there
     * @param needs of all functions and types of the interface
     */
    GuestWriter(SourceFile file, Contract contract, boolean implementing, GuestNeeds needs) {
        this.file = file;
        this.code = file.code();
        this.owner = file.self().name();
        this.contract = contract;
        this.functions = contract.called();
        this.implementing = implementing;
        this.needs = needs;
    }

    /** Guest classes of other interfaces, by the field that holds them: resources of theirs come from here. */
    private Map<String, String> otherGuests() {
        Map<String, String> others = new TreeMap<>();
        Stream.concat(needs.resources().stream(), needs.holders().stream()).forEach(definition -> {
            String field = file.guestOf(definition, "this");
            if (!field.equals("this")) {
                others.put(field, file.owner(definition) + ".Guest");
            }
        });
        return others;
    }

    private String what() {
        return contract.isWorld()
                ? "What a component exports outside of interfaces in world {@code " + contract.owner() + "}."
                : "{@code " + contract.name() + "} as a component exports it.";
    }

    void write() {
        file.hideConstants(functions.stream().map(f -> f.constant() + "_TYPE").collect(Collectors.toSet()));
        String instance = file.use("io.torvyn.component.Instance");
        Docs.writeJavadoc(
                code,
                what() + "\n\n<p>Owned by the instance's thread. A call that fails throws what {@link " + instance
                        + "#trapped} makes of it, and\nthe instance is finished. "
                        + (needs.resources().isEmpty()
                                ? "Null, and what is no {@code char}, is an exception before anything is\ncalled."
                                : "Null, what is no {@code char}, and a resource that cannot be passed are\nexceptions"
                                        + " before anything is called.")
                        + "\n\n<p>The {@code flat} forms are the core functions as they are: nothing is lifted or"
                        + " lowered; the border\n({@link " + instance + "#enter}, {@link " + instance
                        + "#exit}, {@link " + instance + "#trapped}) is the caller's, and so is post-return.");
        code.open("final class Guest" + (implementing ? " implements " + owner : ""));
        for (Function function : functions) {
            code.line("private static final " + file.use("io.torvyn.contracts.FunctionType") + " " + function.constant()
                    + "_TYPE = " + function.typeExpression(file) + ";");
        }
        code.blank();
        types();
        code.line("private final " + instance + " instance;");
        otherGuests().forEach((field, type) -> code.line("private final " + type + " " + field + ";"));
        for (TypeDefinition resource : needs.resources()) {
            code.line("private final " + file.use("io.torvyn.component.ExportedResource") + " "
                    + file.resourceField(resource) + ";");
        }
        String context = file.use("io.torvyn.component.LiftLowerContext");
        for (Function function : functions) {
            code.line("private final " + context + " " + function.contextName() + ";");
            code.line("private final " + function.coreClass() + " " + function.coreField() + ";");
            code.line("private final " + file.nullable() + " " + function.postReturnClass() + " "
                    + function.postReturnName() + ";");
        }
        constructor(instance);
        code.blank();
        Docs.writeJavadoc(
                code,
                "Finds the functions and checks their types.\n\n@throws "
                        + file.use("io.torvyn.component.EngineException")
                        + " when the component exports no such " + (contract.isWorld() ? "functions" : "interface")
                        + ", or one with other types");
        code.open("public static Guest of(" + instance + " instance)");
        code.line("return new Guest(instance);");
        code.close();
        functions.forEach(this::call);
        functions.forEach(this::core);
        code.close();
        file.hideConstants(Set.of());
    }

    /** For whoever compares a component with the interface before there is an instance. */
    private void types() {
        if (functions.isEmpty()
                || !needs.resources().isEmpty()
                || !otherGuests().isEmpty()) {
            return; // they would speak of resources that an instance brings along
        }
        String map = file.use("java.util.Map");
        code.line("/** The types of its functions, by name; resources are those of the host. */");
        code.line("public static final " + map + "<" + file.use("java.lang.String") + ", "
                + file.use("io.torvyn.contracts.FunctionType")
                + "> FUNCTIONS =");
        code.line("        " + map + ".ofEntries("
                + functions.stream()
                        .map(f -> map + ".entry(\"" + f.externName() + "\", " + f.constant() + "_TYPE)")
                        .collect(Collectors.joining(", "))
                + ");");
        code.blank();
    }

    private void constructor(String instance) {
        code.blank();
        code.open("private Guest(" + instance + " instance)");
        code.line("this.instance = instance;");
        String exported = file.use("io.torvyn.component.ExportedFunction");
        otherGuests().forEach((field, type) -> code.line(field + " = " + type + ".of(instance);"));
        code.line("var exports = new " + file.use("io.torvyn.component.TypedExports")
                + (contract.isWorld() ? "(instance);" : "(instance, NAME);"));
        for (TypeDefinition resource : needs.resources()) {
            String owner = resource.owner().equals(contract.owner()) ? "" : file.owner(resource) + ".NAME, ";
            code.line(file.resourceField(resource) + " = exports.resource(" + owner + "\"" + resource.name() + "\", "
                    + file.resource(resource) + ");");
        }
        for (Function function : functions) {
            String name = function.qualifiedName();
            String local = Set.of("instance", "exports").contains(name) ? name + "_" : name;
            code.line(exported + " " + local + " = exports.function(\"" + function.externName() + "\", "
                    + function.constant() + "_TYPE);");
            code.line(function.contextName() + " = " + local + ".context();");
            code.line(function.coreField() + " = " + local + ".core(" + function.coreClass() + ".class);");
            code.line(function.postReturnName() + " = " + local + ".postReturn(" + function.postReturnClass()
                    + ".class);");
        }
        code.close();
    }

    /** What stands behind a call: for whoever leaves lifting and lowering aside. */
    private void core(Function function) {
        flat(function);
        postReturn(function);
        code.blank();
        code.line("/** The canonical options of {@link " + function.link(file) + "}. */");
        code.open("public " + file.use("io.torvyn.component.LiftLowerContext") + " " + function.contextName() + "()");
        code.line("return " + function.contextName() + ";");
        code.close();
    }

    private void call(Function function) {
        code.blank();
        if (function.isExportedMethod(file)) {
            code.open("private " + function.signatureWithSelf(file, Bytes.TO_GUEST, Bytes.VALUE));
        } else {
            if (implementing) {
                code.line("@Override");
            } else {
                Docs.write(code, function.declaration());
            }
            code.open("public " + function.signature(file, Bytes.TO_GUEST, Bytes.VALUE));
        }
        border(function, Optional.empty());
        if (function.returnsBytes()) {
            IntoArray into = IntoArray.of(function);
            code.blank();
            if (function.isExportedMethod(file)) {
                code.open("private " + into.signature(file, function.qualifiedName(), function.parameters(), function));
            } else {
                into.docs(code, "#" + function.javaName());
                code.open("public "
                        + into.signature(
                                file,
                                function.javaName(),
                                function.declaration().parameters(),
                                function));
            }
            border(function, Optional.of(into));
        }
    }

    /** The body of a method that calls. */
    private void border(Function function, Optional<IntoArray> into) {
        String entered = function.resource().isPresent()
                ? function.externName()
                : function.declaration().name();
        ArgumentChecks.write(file, code, function);
        PassedWriter.write(file, code, function);
        code.line("instance.enter(\"" + entered + "\");");
        into.ifPresent(array -> code.line("int " + array.length() + ";"));
        code.open("try");
        var body = new Marshalling(file, new Code(), Marshalling.ByteLifting.COPY, Bytes.TO_GUEST, "this");
        for (WitFunction.Parameter parameter : function.parameters()) {
            body.fresh(function.parameter(parameter));
        }
        function.fields().forEach(body::fresh);
        into.ifPresent(array -> array.names().forEach(body::fresh));
        List<Flat> arguments = lower(function, body);
        String call = function.flatName() + "("
                + String.join(", ", arguments.stream().map(Flat::expression).toList()) + ")";
        List<CoreType.Value> results = function.flattening().lifted().results();
        String passed = "";
        String lifted = "";
        if (results.isEmpty()) {
            body.code().line(call + ";");
        } else {
            TypeReference type = function.result().orElseThrow();
            boolean inMemory = function.flattening().resultInMemory();
            passed = body.fresh(inMemory ? "area" : isCoreValue(type) ? "result" : "flat");
            body.code().line(Flat.carrier(results.getFirst()) + " " + passed + " = " + call + ";");
            String value = inMemory
                    ? area(function, type, body, passed, into)
                    : body.liftFlat(
                            type, List.of(new Flat(passed, results.getFirst())).iterator());
            if (into.isPresent()) {
                body.code().line(into.get().length() + " = " + value + ";");
            } else if (value.equals(passed)) {
                lifted = passed;
            } else {
                lifted = body.fresh("result");
                body.code().line(file.type(type, Bytes.VALUE) + " " + lifted + " = " + value + ";");
            }
        }
        body.code().line(function.postReturnName() + "(" + passed + ");");
        body.code().line("instance.exit();");
        if (!lifted.isEmpty()) {
            body.code().line("return " + lifted + ";");
        }
        boolean needsContext = body.usesMemory()
                || body.code().lines().stream().anyMatch(line -> line.contains("cx.") || line.contains("(cx"));
        if (needsContext) {
            code.line(file.use("io.torvyn.component.LiftLowerContext") + " cx = " + function.contextName() + ";");
        }
        if (body.usesMemory()) {
            code.line(file.use("io.torvyn.component.spi.CoreMemory") + " memory = cx.memory();");
        }
        code.append(body.code());
        code.next("} catch (Throwable t) {");
        code.line("throw instance.trapped(t);");
        code.close();
        into.ifPresent(array -> {
            code.line(file.use("java.util.Objects") + ".checkFromIndexSize(" + array.offset() + ", " + array.length()
                    + ", " + array.target() + ".length);");
            code.line("return " + array.length() + ";");
        });
        code.close();
    }

    /** Whether a value of the type is in Java what it is to core code. */
    private static boolean isCoreValue(TypeReference type) {
        return Structure.resolve(type) instanceof TypeReference.Builtin(var primitive)
                && switch (primitive) {
                    case S32, U32, S64, U64, F32, F64 -> true;
                    case BOOL, S8, U8, S16, U16, CHAR, STRING -> false;
                };
    }

    private String area(
            Function function, TypeReference type, Marshalling body, String address, Optional<IntoArray> into) {
        String holder = areaHolder(file, function, type);
        body.code().line("cx.checkPlace(" + address + ", " + holder + ".ALIGN, " + holder + ".SIZE);");
        if (into.isPresent()) {
            return holder + ".load(cx, " + address + ", " + into.get().target() + ", "
                    + into.get().offset() + ")";
        }
        String context = Structure.resolve(type) instanceof TypeReference.Named(var definition)
                ? body.layoutContext(definition)
                : "cx, " + (file.mentionsExported(type) ? "this, " : "");
        return holder + ".load(" + context + address + ")";
    }

    /** The class with the layout of a result in memory: that of the type itself where it has one. */
    static String areaHolder(SourceFile file, Function function, TypeReference type) {
        return Structure.resolve(type) instanceof TypeReference.Named(var definition)
                ? file.name(definition, "Layout")
                : function.areaClass();
    }

    private static List<Flat> lower(Function function, Marshalling body) {
        var arguments = new ArrayList<Flat>();
        List<WitFunction.Parameter> parameters = function.parameters();
        if (!function.flattening().parametersInMemory()) {
            for (WitFunction.Parameter parameter : parameters) {
                String name = function.parameter(parameter);
                arguments.addAll(body.lowerFlat(parameter.type(), name, name));
            }
            return arguments;
        }
        Layout layout = function.parameterLayout();
        String address = body.fresh("parameters");
        body.code().line("int " + address + " = cx.realloc(" + layout.alignment() + ", " + layout.size() + ");");
        for (int i = 0; i < parameters.size(); i++) {
            body.store(
                    parameters.get(i).type(),
                    Place.unnamed(address).field("", layout.fieldOffsets().get(i)),
                    function.parameter(parameters.get(i)));
        }
        return List.of(new Flat(address, CoreType.Value.I32));
    }

    private void flat(Function function) {
        List<CoreType.Value> results = function.flattening().lifted().results();
        String returns = results.isEmpty() ? "void" : Flat.carrier(results.getFirst());
        String names = String.join(
                ", ", function.flatParameters().stream().map(Flat::expression).toList());
        code.blank();
        code.line("/** Calls the core function behind {@link " + function.link(file) + "}. */");
        code.line("@FunctionalInterface");
        code.open("public interface " + function.coreClass());
        code.line(returns + " call(" + Function.declarations(function.flatParameters()) + ");");
        code.close();
        code.blank();
        code.line("/** The core function behind {@link " + function.link(file) + "}. */");
        code.open("public " + returns + " " + function.flatName() + "("
                + Function.declarations(function.flatParameters()) + ")");
        code.line((results.isEmpty() ? "" : "return ") + function.coreField() + ".call(" + names + ");");
        code.close();
    }

    private void postReturn(Function function) {
        List<CoreType.Value> results = function.flattening().lifted().results();
        String name = function.flattening().resultInMemory() ? "area" : "flat";
        String handle = function.postReturnName();
        String declared = results.isEmpty() ? "" : Flat.carrier(results.getFirst()) + " " + name;
        code.blank();
        code.line("/** Calls the post-return function of {@link " + function.link(file) + "}. */");
        code.line("@FunctionalInterface");
        code.open("public interface " + function.postReturnClass());
        code.line("void call(" + declared + ");");
        code.close();
        code.blank();
        code.line("/** Gives back what a call of {@link #" + function.flatName() + "} has left. */");
        code.open("public void " + handle + "(" + declared + ")");
        code.line(function.postReturnClass() + " postReturn = " + handle + ";");
        code.open("if (postReturn != null)");
        code.line("boolean mayLeave = instance.forbidLeaving();");
        code.line("postReturn.call(" + (results.isEmpty() ? "" : name) + ");");
        code.line("instance.restoreLeaving(mayLeave);");
        code.close();
        code.close();
    }
}
