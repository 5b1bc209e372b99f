package io.torvyn.bindgen;

import io.torvyn.contracts.TypeDefinition;
import io.torvyn.contracts.TypeReference;
import io.torvyn.contracts.ValueType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * One Java file while it is written: knows what names mean in it and collects its imports.
 *
 * <p>A name of the library that something generated hides is written out in full.
 */
final class SourceFile {
    /** A generated class of an interface, or one that stands elsewhere already. */
    record JavaClass(String packageName, String name, TypeNames types, boolean deprecated) {
        String qualified() {
            return packageName + "." + name;
        }
    }

    /** In which hands a {@code list<u8>} is, which decides its Java type. */
    enum Bytes {
        /** Inside records and variants, which go both ways; and what a guest returned. */
        VALUE("io.torvyn.component.Bytes"),
        /** A guest passes it to the host. */
        FROM_CALLER("io.torvyn.component.GuestBytes"),
        /** The host gives it to a guest, as argument or result. */
        TO_GUEST("io.torvyn.component.ByteSource");

        private final String javaClass;

        Bytes(String javaClass) {
            this.javaClass = javaClass;
        }
    }

    private final JavaClass self;
    private final String origin;
    private final Map<String, JavaClass> interfaces;
    private final Set<String> nested;
    private final Set<String> cases;
    private final Set<String> siblings;
    private final Set<Integer> tuples;
    private final Set<String> exported;
    private final TreeSet<String> imports = new TreeSet<>();
    private final Code code = new Code();
    private Set<String> hiddenConstants = Set.of();
    private boolean usesDeprecated;

    /**
     * @param origin the WIT package
     * @param interfaces by their qualified WIT name
     * @param nested simple names of types nested in this file's class
     * @param cases simple names of types nested in those
     * @param siblings simple names of other classes in the package
     * @param tuples gets the lengths of tuples that are mentioned
     * @param exported names of interfaces whose resources a guest implements, as this file sees them
     */
    SourceFile(
            JavaClass self,
            String origin,
            Map<String, JavaClass> interfaces,
            Set<String> nested,
            Set<String> cases,
            Set<String> siblings,
            Set<Integer> tuples,
            Set<String> exported) {
        this.self = self;
        this.origin = origin;
        this.interfaces = interfaces;
        this.nested = nested;
        this.cases = cases;
        this.siblings = siblings;
        this.tuples = tuples;
        this.exported = exported;
    }

    Code code() {
        return code;
    }

    JavaClass self() {
        return self;
    }

    /** It calls what is deprecated, which is no fault of its own. */
    void usesDeprecated() {
        usesDeprecated = true;
    }

    /** How to write a class of the library here. */
    String use(String qualified) {
        int dot = qualified.lastIndexOf('.');
        String packageName = qualified.substring(0, dot);
        String simple = qualified.substring(dot + 1);
        if (packageName.equals(self.packageName())) {
            return cases.contains(simple) || nested.contains(simple) ? qualified : simple;
        }
        boolean hidden = simple.equals(self.name())
                || nested.contains(simple)
                || cases.contains(simple)
                || siblings.contains(simple);
        if (hidden) {
            return qualified;
        }
        if (!packageName.equals("java.lang")) {
            imports.add(qualified);
        }
        return simple;
    }

    String nullable() {
        return "@" + use("org.jspecify.annotations.Nullable");
    }

    /** The class of the interface that declares the type. */
    String owner(TypeDefinition definition) {
        JavaClass owner = interfaces.get(definition.owner());
        if (owner == null) {
            throw new BindgenException(new BindgenFailure.NotGenerated(definition.name(), definition.owner()));
        }
        if (owner.equals(self)) {
            return self.name();
        }
        usesDeprecated |=
                owner.deprecated() || definition.stability().deprecated().isPresent();
        return use(owner.qualified());
    }

    /** The class of a definition, or with the suffix {@code Layout} the holder of its layout. */
    String name(TypeDefinition definition, String suffix) {
        String simple = simpleName(definition, suffix);
        boolean here = isHere(definition) && !cases.contains(simple);
        return here ? simple : owner(definition) + "." + simple;
    }

    /** The same where it is declared. */
    String simpleName(TypeDefinition definition, String suffix) {
        JavaClass owner = interfaces.get(definition.owner());
        TypeNames names = owner == null ? TypeNames.NONE : owner.types();
        return suffix.isEmpty() ? names.of(definition) : names.layoutOf(definition);
    }

    /** The constant with a resource type's identity. */
    String resource(TypeDefinition resource) {
        String constant = JavaNames.resourceConstant(resource.name());
        return isHere(resource) && !hiddenConstants.contains(constant) ? constant : owner(resource) + "." + constant;
    }

    /** Says which constants of the interface the class that is being written has ones of its own in front of. */
    void hideConstants(Set<String> names) {
        hiddenConstants = Set.copyOf(names);
    }

    /** Whether a guest implements the resource. */
    boolean isExported(TypeDefinition resource) {
        return exported.contains(resource.owner());
    }

    Set<String> exported() {
        return exported;
    }

    /** Whether a value of the type has a handle in it that only a guest class can lift or lower. */
    boolean mentionsExported(TypeReference type) {
        return GuestNeeds.mentions(exported, type);
    }

    private boolean isHere(TypeDefinition definition) {
        return self.equals(interfaces.get(definition.owner()));
    }

    /** The field of a guest class that lifts and lowers handles of the resource. */
    String resourceField(TypeDefinition resource) {
        String field = JavaNames.resourceField(resource.name());
        return isHere(resource) ? field : JavaNames.uncapital(ownerName(resource)) + JavaNames.capital(field);
    }

    /**
     * The guest class of the interface that declares the type, as an expression.
     *
     * @param guest this file's guest class, as an expression
     */
    String guestOf(TypeDefinition definition, String guest) {
        if (isHere(definition)) {
            return guest;
        }
        String field = JavaNames.uncapital(ownerName(definition)) + "Guest";
        return guest.equals("this") ? field : guest + "." + field;
    }

    private String ownerName(TypeDefinition definition) {
        String owner = owner(definition);
        return owner.substring(owner.lastIndexOf('.') + 1);
    }

    String type(TypeReference reference, Bytes bytes) {
        return switch (Structure.resolve(reference)) {
            case TypeReference.Builtin(var primitive) -> primitive(primitive);
            case TypeReference.Named(var definition) ->
                definition.kind() instanceof TypeDefinition.Kind.Flags
                        ? use("java.util.Set") + "<" + name(definition, "") + ">"
                        : name(definition, "");
            case TypeReference.ListOf(var element) ->
                isByte(element) ? use(bytes.javaClass) : use("java.util.List") + "<" + boxed(element, bytes) + ">";
            case TypeReference.OptionOf(var payload) -> use("java.util.Optional") + "<" + boxed(payload, bytes) + ">";
            case TypeReference.ResultOf(var ok, var err) ->
                use("io.torvyn.component.Result") + "<" + boxed(ok, bytes) + ", " + boxed(err, bytes) + ">";
            case TypeReference.TupleOf(var elements) -> {
                tuples.add(elements.size());
                yield use(self.packageName() + ".Tuple" + elements.size())
                        + "<"
                        + String.join(
                                ", ",
                                elements.stream().map(e -> boxed(e, bytes)).toList())
                        + ">";
            }
            case TypeReference.OwnOf(var resource) -> name(resource, "");
            case TypeReference.BorrowOf(var resource) -> name(resource, "");
            case TypeReference.FixedListOf _,
                    TypeReference.MapOf _,
                    TypeReference.StreamOf _,
                    TypeReference.FutureOf _,
                    TypeReference.ErrorContext _ -> throw Structure.refused(reference);
        };
    }

    private String boxed(Optional<TypeReference> reference, Bytes bytes) {
        return reference.map(r -> boxed(r, bytes)).orElseGet(this::nothing);
    }

    private String nothing() {
        String type = use("java.lang.Void");
        int name = type.lastIndexOf('.') + 1; // an annotation of the type stands before its own name
        return type.substring(0, name) + nullable() + " " + type.substring(name);
    }

    String boxed(TypeReference reference, Bytes bytes) {
        String type = type(reference, bytes);
        return switch (type) {
            case "boolean" -> use("java.lang.Boolean");
            case "byte" -> use("java.lang.Byte");
            case "short" -> use("java.lang.Short");
            case "int" -> use("java.lang.Integer");
            case "long" -> use("java.lang.Long");
            case "float" -> use("java.lang.Float");
            case "double" -> use("java.lang.Double");
            default -> type;
        };
    }

    private String primitive(ValueType.Primitive type) {
        return switch (type) {
            case BOOL -> "boolean";
            case S8 -> "byte";
            case S16 -> "short";
            case U8, U16, S32, U32, CHAR -> "int";
            case S64, U64 -> "long";
            case F32 -> "float";
            case F64 -> "double";
            case STRING -> use("java.lang.String");
        };
    }

    static boolean isByte(TypeReference reference) {
        return Structure.resolve(reference) instanceof TypeReference.Builtin(var p) && p == ValueType.Primitive.U8;
    }

    /** An expression that makes the bare structure of a type. */
    String structure(TypeReference reference) {
        String valueType = use("io.torvyn.contracts.ValueType");
        return switch (Structure.resolve(reference)) {
            case TypeReference.Builtin(var primitive) -> valueType + ".Primitive." + primitive.name();
            case TypeReference.Named(var definition) -> name(definition, "Layout") + ".TYPE";
            case TypeReference.ListOf(var element) -> "new " + valueType + ".ListType(" + structure(element) + ")";
            case TypeReference.OptionOf(var payload) -> "new " + valueType + ".OptionType(" + structure(payload) + ")";
            case TypeReference.ResultOf(var ok, var err) ->
                "new " + valueType + ".ResultType(" + structure(ok) + ", " + structure(err) + ")";
            case TypeReference.TupleOf(var elements) ->
                "new " + valueType + ".TupleType(" + use("java.util.List") + ".of("
                        + String.join(
                                ", ", elements.stream().map(this::structure).toList())
                        + "))";
            case TypeReference.OwnOf(var resource) -> "new " + valueType + ".Own(" + resource(resource) + ")";
            case TypeReference.BorrowOf(var resource) -> "new " + valueType + ".Borrow(" + resource(resource) + ")";
            case TypeReference.FixedListOf _,
                    TypeReference.MapOf _,
                    TypeReference.StreamOf _,
                    TypeReference.FutureOf _,
                    TypeReference.ErrorContext _ -> throw Structure.refused(reference);
        };
    }

    String structure(Optional<TypeReference> reference) {
        String optional = use("java.util.Optional");
        return reference.map(r -> optional + ".of(" + structure(r) + ")").orElse(optional + ".empty()");
    }

    String text() {
        var lines = new ArrayList<String>();
        lines.add("// Generated by torvyn-bindgen from " + origin + "; do not edit.");
        lines.add("package " + self.packageName() + ";");
        lines.add("");
        if (!imports.isEmpty()) {
            imports.forEach(name -> lines.add("import " + name + ";"));
            lines.add("");
        }
        boolean annotated = !usesDeprecated;
        for (String line : code.lines()) {
            lines.addAll(LineWrap.wrap(line));
            if (!annotated && line.startsWith("@")) {
                annotated = true;
                lines.add("@" + use("java.lang.SuppressWarnings") + "(\"deprecation\")");
            }
        }
        return String.join("\n", lines) + "\n";
    }

    /** Arguments as one text. */
    static String joined(List<String> arguments) {
        return String.join(", ", arguments);
    }
}
