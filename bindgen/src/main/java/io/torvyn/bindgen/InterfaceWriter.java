package io.torvyn.bindgen;

import io.torvyn.bindgen.SourceFile.Bytes;
import io.torvyn.contracts.TypeDefinition;
import io.torvyn.contracts.TypeReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Writes the Java interface that stands for a contract, with its types nested in it. */
final class InterfaceWriter {
    private final SourceFile file;
    private final Code code;
    private final Contract contract;
    private final boolean hosted;
    private final boolean called;

    /**
     * @param hosted whether this is the interface of the contract that the host implements
     * @param called whether this is the interface of the contract that components export
     */
    InterfaceWriter(SourceFile file, Contract contract, boolean hosted, boolean called) {
        this.file = file;
        this.code = file.code();
        this.contract = contract;
        this.hosted = hosted;
        this.called = called;
    }

    /** Functions that an implementation of the interface itself has, not one of its resources' values. */
    static List<Function> own(List<Function> functions) {
        return functions.stream().filter(function -> !function.isMethod()).toList();
    }

    void write() {
        // Of a world, what it exports is not what it imports.
        List<Function> own = own(contract.isWorld() ? contract.functions() : contract.allFunctions());
        Docs.write(code, contract.docs(), contract.title(), contract.stability());
        code.line("@" + file.use("org.jspecify.annotations.NullMarked"));
        code.open("public interface " + file.self().name());
        if (!contract.isWorld()) {
            code.line("/** Its name in components. */");
            code.line(file.use("java.lang.String") + " NAME = \"" + contract.name() + "\";");
        }
        for (TypeDefinition type : contract.types()) {
            if (type.kind() instanceof TypeDefinition.Kind.Resource) {
                String resourceType = file.use("io.torvyn.contracts.ResourceType");
                code.blank();
                code.line("/** The type of {@link " + file.name(type, "") + "} in handle tables. */");
                code.line(resourceType + " " + file.resource(type) + " = new " + resourceType + "(\"" + type.name()
                        + "\");");
            }
        }
        Bytes parameterBytes = hosted ? Bytes.FROM_CALLER : Bytes.TO_GUEST;
        Bytes resultBytes = hosted ? Bytes.TO_GUEST : Bytes.VALUE;
        for (Function function : own) {
            code.blank();
            Docs.write(code, function.declaration());
            code.line(function.signature(file, parameterBytes, resultBytes) + ";");
        }
        if (hosted) {
            host(!own.isEmpty());
        }
        contract.types().forEach(this::type);
        for (TypeDefinition type : contract.types()) {
            if (hasLayout(type)) {
                code.blank();
                code.append(LayoutWriter.layout(file, type));
            }
        }
        if (called) {
            guest();
        }
        code.close();
    }

    private void guest() {
        List<Function> functions = contract.called();
        var needs = new GuestNeeds(file.exported());
        needs.addAll(functions);
        for (TypeDefinition type : contract.types()) {
            needs.add(new TypeReference.Named(type));
        }
        if (functions.isEmpty() && needs.resources().isEmpty()) {
            return;
        }
        for (Function function : functions) {
            function.result()
                    .filter(_ -> function.flattening().resultInMemory())
                    .filter(type -> GuestWriter.areaHolder(file, function, type).equals(function.areaClass()))
                    .ifPresent(type -> {
                        code.blank();
                        code.append(LayoutWriter.area(
                                file,
                                contract.owner(),
                                function.areaClass(),
                                function.isExportedMethod(file) ? function.link(file) : "Guest#" + function.javaName(),
                                type));
                    });
        }
        code.blank();
        boolean implementing =
                !contract.isWorld() && (!hosted || functions.stream().noneMatch(Function::hasDirectedBytes));
        new GuestWriter(file, contract, implementing, needs).write();
    }

    static boolean hasLayout(TypeDefinition type) {
        return switch (type.kind()) {
            case TypeDefinition.Kind.Record _,
                    TypeDefinition.Kind.Variant _,
                    TypeDefinition.Kind.Enum _,
                    TypeDefinition.Kind.Flags _ -> true;
            case TypeDefinition.Kind.Resource _, TypeDefinition.Kind.Alias _ -> false;
        };
    }

    private void host(boolean implemented) {
        String name = file.self().name();
        String parameter = implemented ? name + " implementation" : "";
        String argument = implemented ? "implementation" : "";
        code.blank();
        if (contract.isWorld()) {
            String imports = file.use("io.torvyn.component.Imports");
            Docs.writeJavadoc(
                    code,
                    "Offers what components import of it.\n"
                            + (implemented ? "\n@param implementation called on the instance's thread" : "")
                            + "\n@return {@code imports}");
            String comma = implemented ? ", " : "";
            code.open("static " + imports + " addTo(" + imports + " imports" + comma + parameter + ")");
            code.line("return " + name + "Lowered.addTo(imports" + comma + argument + ");");
        } else {
            Docs.writeJavadoc(
                    code,
                    implemented
                            ? "The interface as one component instance imports it.\n\n"
                                    + "@param implementation called on the instance's thread"
                            : "The interface as component instances import it: its resources, which implement themselves.");
            code.open("static " + file.use("io.torvyn.component.HostInstance") + " host(" + parameter + ")");
            code.line("return " + name + "Lowered.host(" + argument + ");");
        }
        code.close();
    }

    private void type(TypeDefinition type) {
        String name = file.simpleName(type, "");
        switch (type.kind()) {
            case TypeDefinition.Kind.Resource _ -> resource(type, name);
            case TypeDefinition.Kind.Record(var fields) -> record(type, name, fields);
            case TypeDefinition.Kind.Variant(var cases) -> variant(type, name, cases);
            case TypeDefinition.Kind.Enum(var cases) -> enumeration(type, name, cases);
            case TypeDefinition.Kind.Flags(var flags) -> enumeration(type, name, flags);
            case TypeDefinition.Kind.Alias _ -> {}
        }
    }

    /** A resource that the guest implements: an object for each handle. */
    private void exportedResource(TypeDefinition type, String name) {
        String handle = file.use("io.torvyn.component.GuestResource");
        code.blank();
        Docs.write(
                code,
                type.docs(),
                "Owned by the instance's thread. Whoever has one closes it, which runs the guest's destructor, or gives it"
                        + " away\nas an argument; after that it cannot be used.",
                type.stability());
        code.open("final class " + name + " implements AutoCloseable");
        code.line("private final Guest guest;");
        code.line("private final " + handle + " handle;");
        code.blank();
        code.line(
                "/** What a guest has given away otherwise: in a value of a type that is not known before run time. */");
        code.open("public " + name + "(Guest guest, " + handle + " handle)");
        code.line("this.guest = guest;");
        code.line("this.handle = handle;");
        code.close();
        for (Function function : methods(type)) {
            code.blank();
            Docs.write(code, function.declaration());
            code.open("public " + function.signature(file, function.exportedMethodName(), Bytes.TO_GUEST, Bytes.VALUE));
            var arguments = new ArrayList<String>(List.of("this"));
            function.declaration().parameters().forEach(parameter -> arguments.add(function.parameter(parameter)));
            code.line((function.result().isPresent() ? "return " : "") + "guest." + function.qualifiedName() + "("
                    + String.join(", ", arguments) + ");");
            code.close();
            if (function.returnsBytes()) {
                IntoArray into = IntoArray.of(function);
                arguments.addAll(List.of(into.target(), into.offset()));
                code.blank();
                into.docs(code, "#" + function.exportedMethodName());
                code.open("public "
                        + into.signature(
                                file,
                                function.exportedMethodName(),
                                function.declaration().parameters(),
                                function));
                code.line("return guest." + function.qualifiedName() + "(" + String.join(", ", arguments) + ");");
                code.close();
            }
        }
        code.blank();
        code.line("/** The handle behind it. */");
        code.open("public " + handle + " handle()");
        code.line("return handle;");
        code.close();
        code.blank();
        code.line(
                "/** Drops it: the guest's destructor runs. Closing again, or after it was given away, does nothing. */");
        code.line("@Override");
        code.open("public void close()");
        code.line("handle.drop();");
        code.close();
        code.close();
    }

    private List<Function> methods(TypeDefinition resource) {
        return contract.functions().stream()
                .filter(function -> function.isMethod() && function.resource().equals(Optional.of(resource)))
                .toList();
    }

    private void resource(TypeDefinition type, String name) {
        if (file.isExported(type)) {
            exportedResource(type, name);
            return;
        }
        code.blank();
        Docs.write(code, type.docs(), type.stability());
        code.open("interface " + name + " extends " + file.use("io.torvyn.component.HostResource"));
        List<Function> methods = methods(type);
        for (Function function : methods) {
            code.blank();
            Docs.write(code, function.declaration());
            code.line(function.signature(file, Bytes.FROM_CALLER, Bytes.TO_GUEST) + ";");
        }
        closeType(methods.isEmpty());
    }

    /** Ends a type's body, on the same line when there is nothing in it. */
    private void closeType(boolean empty) {
        code.close();
        if (empty) {
            List<String> lines = code.lines();
            lines.removeLast();
            lines.add(lines.removeLast() + "}");
        }
    }

    private void record(TypeDefinition type, String name, List<TypeDefinition.Member> fields) {
        code.blank();
        var params = new ArrayList<String>();
        for (TypeDefinition.Member field : fields) {
            String docs = field.docs().strip().replaceAll("\\s*\\n\\s*", " ");
            if (!docs.isEmpty()) {
                params.add("@param " + JavaNames.method(field.name()) + " " + Docs.inline(docs));
            }
        }
        Docs.write(code, type.docs(), params, type.stability());
        List<String> components = fields.stream()
                .map(field -> file.type(field.type(), Bytes.VALUE) + " " + JavaNames.method(field.name()))
                .toList();
        code.line("record " + name + "(" + SourceFile.joined(components) + ") {}");
    }

    private void variant(TypeDefinition type, String name, List<TypeDefinition.Alternative> cases) {
        code.blank();
        Docs.write(code, type.docs(), type.stability());
        code.open("sealed interface " + name);
        for (int i = 0; i < cases.size(); i++) {
            TypeDefinition.Alternative c = cases.get(i);
            if (i > 0) {
                code.blank();
            }
            Docs.write(code, c.docs());
            String payload =
                    c.payload().map(p -> file.type(p, Bytes.VALUE) + " value").orElse("");
            code.line("record " + Marshalling.caseName(type, c) + "(" + payload + ") implements " + name + " {}");
        }
        code.close();
    }

    private void enumeration(TypeDefinition type, String name, List<TypeDefinition.Label> labels) {
        code.blank();
        Docs.write(code, type.docs(), type.stability());
        code.open("enum " + name);
        for (int i = 0; i < labels.size(); i++) {
            if (i > 0 && !labels.get(i).docs().isBlank()) {
                code.blank();
            }
            Docs.write(code, labels.get(i).docs());
            code.line(JavaNames.constant(labels.get(i).name()) + (i < labels.size() - 1 ? "," : ""));
        }
        code.close();
    }
}
