package io.torvyn.bindgen;

import io.torvyn.bindgen.SourceFile.Bytes;
import io.torvyn.component.Layout;
import io.torvyn.component.spi.CoreType;
import io.torvyn.contracts.TypeDefinition;
import io.torvyn.contracts.TypeReference;
import io.torvyn.contracts.WitFunction;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** Writes the class through which core code calls an interface that the host implements. */
final class LoweredWriter {
    private final SourceFile file;
    private final Code code;
    private final Contract contract;
    private final String target;
    private final List<Function> functions;
    private final boolean implemented;

    /**
     * @param target the Java interface
     * @param implemented whether an object implements functions that belong to no resource's value
     */
    LoweredWriter(SourceFile file, Contract contract, String target, boolean implemented) {
        this.file = file;
        this.code = file.code();
        this.contract = contract;
        this.target = target;
        this.functions = contract.functions();
        this.implemented = implemented;
    }

    void write() {
        String name = file.self().name();
        boolean callsDeprecated = functions.stream()
                .anyMatch(function ->
                        function.declaration().stability().deprecated().isPresent());
        if (contract.isDeprecated() || callsDeprecated) {
            file.usesDeprecated();
        }
        code.line("/** How core code calls {@link " + target + "}: the lowered form of each function. */");
        code.line("@" + file.use("org.jspecify.annotations.NullMarked"));
        code.open("final class " + name);
        for (Function function : functions) {
            String method = file.use("io.torvyn.component.LoweredMethod");
            code.line("private static final " + method + " " + function.constant() + " = " + method + ".find("
                    + file.use("java.lang.invoke.MethodHandles") + ".lookup(), \"" + function.qualifiedName() + "\", "
                    + function.typeExpression(file) + ");");
        }
        code.blank();
        if (!functions.isEmpty()) {
            fields(name);
        } else {
            code.line("private " + name + "() {}");
        }
        host(name);
        functions.forEach(this::function);
        code.close();
    }

    private void fields(String name) {
        String context = file.use("io.torvyn.component.LiftLowerContext");
        code.line("private final " + context + " cx;");
        if (implemented) {
            code.line("private final " + target + " implementation;");
        }
        code.blank();
        code.open("private " + name + "(" + context + " cx" + (implemented ? ", " + target + " implementation" : "")
                + ")");
        code.line("this.cx = cx;");
        if (implemented) {
            code.line("this.implementation = implementation;");
        }
        code.close();
    }

    private void host(String name) {
        String item = file.use("io.torvyn.component.HostItem");
        String implementation = implemented ? target + " implementation" : "";
        String receiver;
        code.blank();
        if (contract.isWorld()) {
            String imports = file.use("io.torvyn.component.Imports");
            code.open("static " + imports + " addTo(" + imports + " imports"
                    + (implemented ? ", " + implementation : "") + ")");
            receiver = "imports.add";
        } else {
            code.open("static " + file.use("io.torvyn.component.HostInstance") + " host(" + implementation + ")");
            code.line(file.use("java.util.Map") + "<" + file.use("java.lang.String") + ", " + item + "> items = new "
                    + file.use("java.util.HashMap") + "<>();");
            receiver = "items.put";
        }
        for (TypeDefinition type : contract.types()) {
            Structure.resourceBehind(type)
                    .ifPresent(resource -> code.line(receiver + "(\"" + type.name() + "\", new " + item + ".Resource("
                            + file.resource(resource) + "));"));
        }
        String instance = implemented ? "cx -> new " + name + "(cx, implementation)" : name + "::new";
        for (Function function : functions) {
            code.line(receiver + "(\"" + function.externName() + "\", " + function.constant() + ".item(" + instance
                    + "));");
        }
        code.line(
                contract.isWorld()
                        ? "return imports;"
                        : "return new " + file.use("io.torvyn.component.HostInstance") + "(" + target
                                + ".NAME, items);");
        code.close();
    }

    private void function(Function function) {
        var parameters = new ArrayList<>(function.flatParameters());
        boolean inMemory = function.flattening().resultInMemory();
        if (inMemory) {
            parameters.add(new Flat("resultAddress", CoreType.Value.I32));
        }
        List<CoreType.Value> results = function.flattening().lowered().results();
        String returns = results.isEmpty() ? "void" : Flat.carrier(results.getFirst());
        code.blank();
        code.open(returns + " " + function.qualifiedName() + "(" + Function.declarations(parameters) + ")");
        code.line("cx.instance().checkMayLeave();");

        var lifting = function.directedByteParameters() > 1
                ? Marshalling.ByteLifting.VIEW_APART
                : Marshalling.ByteLifting.VIEW;
        var body = new Marshalling(file, new Code(), lifting, Bytes.TO_GUEST, "guest");
        parameters.forEach(parameter -> body.fresh(parameter.expression()));
        List<String> arguments = lift(function, body);
        String receiver = "implementation";
        if (function.isMethod()) {
            receiver =
                    body.local(file.name(function.resource().orElseThrow(), ""), "resource", arguments.removeFirst());
        }
        String call = receiver + "." + function.javaName() + "(" + String.join(", ", arguments) + ")";
        if (function.result().isEmpty()) {
            body.code().line(call + ";");
        } else {
            lower(function, body, function.result().get(), call);
        }
        if (body.usesMemory()) {
            code.line(file.use("io.torvyn.component.spi.CoreMemory") + " memory = cx.memory();");
        }
        code.append(body.code());
        code.close();
    }

    private static List<String> lift(Function function, Marshalling body) {
        var arguments = new ArrayList<String>();
        if (function.flattening().parametersInMemory()) {
            Layout layout = function.parameterLayout();
            body.code().line("cx.checkPlace(parametersAddress, " + layout.alignment() + ", " + layout.size() + ");");
            Place place = Place.unnamed("parametersAddress");
            for (int i = 0; i < function.parameters().size(); i++) {
                arguments.add(body.load(
                        function.parameters().get(i).type(),
                        place.field("", layout.fieldOffsets().get(i))));
            }
            return arguments;
        }
        Iterator<Flat> flats = function.flatParameters().iterator();
        for (WitFunction.Parameter parameter : function.parameters()) {
            arguments.add(body.liftFlat(parameter.type(), flats));
        }
        return arguments;
    }

    private void lower(Function function, Marshalling body, TypeReference type, String call) {
        if (!function.flattening().resultInMemory()) {
            List<Flat> flats = body.lowerFlat(type, "result", call);
            body.code().line("return " + flats.getFirst().expression() + ";");
            return;
        }
        Layout layout = Layout.of(type.valueType());
        body.code().line("cx.checkPlace(resultAddress, " + layout.alignment() + ", " + layout.size() + ");");
        String result = body.fresh("result");
        body.code().line(file.type(type, Bytes.TO_GUEST) + " " + result + " = " + call + ";");
        body.store(type, Place.unnamed("resultAddress"), result);
    }
}
