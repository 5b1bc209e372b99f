package io.torvyn.bindgen;

import io.torvyn.bindgen.SourceFile.Bytes;
import io.torvyn.component.Layout;
import io.torvyn.contracts.TypeDefinition;
import io.torvyn.contracts.TypeReference;
import io.torvyn.contracts.ValueType;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Writes the holders of named offsets: one for each type definition, one for each result that comes back in memory. */
final class LayoutWriter {
    private static final Set<String> RECORD_CONSTANTS = Set.of("TYPE", "SIZE", "ALIGN", "ELEMENT");
    private static final Set<String> VARIANT_CONSTANTS = Set.of("TYPE", "SIZE", "ALIGN", "DISCRIMINANT", "PAYLOAD");

    /** Constants for parts that have no name in WIT. */
    private static final Set<String> WORDS = Set.of(
            "TYPE",
            "SIZE",
            "ALIGN",
            "ELEMENT",
            "DISCRIMINANT",
            "PAYLOAD",
            "ADDRESS",
            "LENGTH",
            "NONE",
            "SOME",
            "OK",
            "ERR");

    private final SourceFile file;
    private final String owner;
    private final Code code = new Code();
    private final Map<String, Integer> constants = new HashMap<>();
    /** Whether what lies within the value has named offsets: not when two would have the same name. */
    private final boolean named;

    private boolean clashes;

    private LayoutWriter(SourceFile file, String owner, boolean named) {
        this.file = file;
        this.owner = owner;
        this.named = named;
    }

    /** The holder of a record, variant, enum or flags. */
    static Code layout(SourceFile file, TypeDefinition definition) {
        file.hideConstants(ownConstants(definition));
        var writer = new LayoutWriter(file, definition.owner(), true);
        writer.write(definition);
        if (writer.clashes) {
            writer = new LayoutWriter(file, definition.owner(), false);
            writer.write(definition);
        }
        file.hideConstants(Set.of());
        return writer.code;
    }

    /**
     * The holder of a function's result.
     *
     * @param link what Javadoc calls the function here
     */
    static Code area(SourceFile file, String owner, String name, String link, TypeReference result) {
        file.hideConstants(WORDS);
        var writer = new LayoutWriter(file, owner, true);
        writer.writeArea(name, link, result);
        file.hideConstants(Set.of());
        return writer.code;
    }

    private void element(TypeDefinition definition, String holder) {
        String packed = file.use("io.torvyn.component.PackedElement");
        code.blank();
        code.line("/** Of lists, which are lifted by one copy. */");
        code.line("public static final " + packed + "<" + file.name(definition, "") + "> ELEMENT = new " + packed
                + "<>(SIZE, ALIGN, " + holder + "::load);");
    }

    /** What a resource may be called too. */
    private static Set<String> ownConstants(TypeDefinition definition) {
        var names = new HashSet<>(WORDS);
        switch (definition.kind()) {
            case TypeDefinition.Kind.Record(var fields) ->
                fields.forEach(field -> names.add(fieldConstant(field.name())));
            case TypeDefinition.Kind.Variant(var cases) -> cases.forEach(c -> names.add(caseConstant(c.name())));
            case TypeDefinition.Kind.Enum _,
                    TypeDefinition.Kind.Flags _,
                    TypeDefinition.Kind.Resource _,
                    TypeDefinition.Kind.Alias _ -> {}
        }
        return names;
    }

    /** The constant for a field's offset; an underscore at the end, which no name of WIT has, tells it from ours. */
    static String fieldConstant(String field) {
        String name = JavaNames.constant(field);
        return RECORD_CONSTANTS.contains(name) ? name + "_" : name;
    }

    /** The constant for a case's discriminant, or a flag's mask. */
    static String caseConstant(String name) {
        String constant = JavaNames.constant(name);
        return VARIANT_CONSTANTS.contains(constant) ? constant + "_" : constant;
    }

    private void write(TypeDefinition definition) {
        String holder = file.simpleName(definition, "Layout");
        code.line("/** How {@link " + file.name(definition, "") + "} lies in guest memory. */");
        code.open("final class " + holder);
        ValueType type = definition.valueType();
        Layout layout = Layout.of(type);
        code.line("public static final " + file.use("io.torvyn.contracts.ValueType") + " TYPE = "
                + structure(definition) + ";");
        size(layout);
        switch (definition.kind()) {
            case TypeDefinition.Kind.Record(var fields) -> {
                for (int i = 0; i < fields.size(); i++) {
                    TypeDefinition.Member field = fields.get(i);
                    parts(field.type(), fieldPlace("", layout, field, i));
                }
                if (Structure.isPackedRecord(definition)) {
                    element(definition, holder);
                }
                constructor(holder);
                if (comesFromGuests(definition)) {
                    loadRecord(definition, fields, layout);
                }
                storeRecord(definition, fields, layout);
            }
            case TypeDefinition.Kind.Variant(var cases) -> {
                constant("DISCRIMINANT", 0);
                for (int i = 0; i < cases.size(); i++) {
                    constant(caseConstant(cases.get(i).name()), i);
                }
                if (cases.stream().anyMatch(c -> c.payload().isPresent())) {
                    constant("PAYLOAD", layout.payloadOffset());
                }
                for (TypeDefinition.Alternative c : cases) {
                    c.payload().ifPresent(payload -> parts(payload, casePlace("", layout, c)));
                }
                constructor(holder);
                if (comesFromGuests(definition)) {
                    loadVariant(definition, cases, layout);
                }
                storeVariant(definition, cases, layout);
            }
            case TypeDefinition.Kind.Enum(var cases) -> {
                for (int i = 0; i < cases.size(); i++) {
                    constant(caseConstant(cases.get(i).name()), i);
                }
                constructor(holder);
                enumeration(definition, cases);
                loadInteger(definition, layout.size());
            }
            case TypeDefinition.Kind.Flags(var flags) -> {
                for (int i = 0; i < flags.size(); i++) {
                    constant(caseConstant(flags.get(i).name()), 1 << i);
                }
                constructor(holder);
                flags(definition, flags);
                loadInteger(definition, layout.size());
            }
            case TypeDefinition.Kind.Resource _, TypeDefinition.Kind.Alias _ ->
                throw new IllegalStateException("has no layout of its own: " + definition.name());
        }
        code.close();
    }

    /** A value with a resource of the guest's that is lent only ever goes to the guest. */
    private boolean comesFromGuests(TypeDefinition definition) {
        return !GuestNeeds.lends(file.exported(), new TypeReference.Named(definition));
    }

    private void writeArea(String name, String link, TypeReference result) {
        code.line("/** Where a guest leaves the result of {@link " + link + "}. */");
        code.open("final class " + name);
        Layout layout = Layout.of(result.valueType());
        size(layout);
        parts(result, Place.named("area"));
        constructor(name);
        String type = file.type(result, Bytes.VALUE);
        code.blank();
        code.open("public static " + type + " load(" + parameters(result) + "int area)");
        var body = new Marshalling(file, new Code(), Marshalling.ByteLifting.COPY, Bytes.VALUE, "guest");
        body.fresh("area");
        body.loadAndReturn(result, Place.named("area"));
        statements(body, false);
        code.close();
        if (Structure.resolve(result) instanceof TypeReference.ListOf(var element) && SourceFile.isByte(element)) {
            code.blank();
            code.line("/** Into an array, when it fits; its length either way. */");
            code.open("public static int load(" + context() + " cx, int area, byte[] target, int offset)");
            code.line(file.use("io.torvyn.component.spi.CoreMemory") + " memory = cx.memory();");
            code.line("return cx.readBytes(memory.readInt(area), memory.readInt(area + LENGTH), target, offset);");
            code.close();
        }
        code.close();
    }

    /** What a value needs to be moved: numbers only the memory. */
    private String parameters(TypeDefinition definition) {
        return Structure.isPackedRecord(definition)
                ? file.use("io.torvyn.component.spi.CoreMemory") + " memory, "
                : parameters(new TypeReference.Named(definition));
    }

    private String parameters(TypeReference type) {
        return context() + " cx, " + (file.mentionsExported(type) ? "Guest guest, " : "");
    }

    private String context() {
        return file.use("io.torvyn.component.LiftLowerContext");
    }

    private void size(Layout layout) {
        constant("SIZE", layout.size());
        constant("ALIGN", layout.alignment());
    }

    private void constant(String name, int value) {
        Integer before = constants.putIfAbsent(name, value);
        if (before == null) {
            code.line("public static final int " + name + " = " + value + ";");
        } else if (before != value) {
            throw new IllegalStateException("two constants of " + owner + " are called " + name);
        }
    }

    private void constantUnlessTaken(String name, int value) {
        if (!constants.containsKey(name)) {
            constant(name, value);
        }
    }

    private void constructor(String holder) {
        code.blank();
        code.line("private " + holder + "() {}");
    }

    /** Constants for a place and, where the type has no holder of its own, for the parts of what lies there. */
    private void parts(TypeReference type, Place place) {
        TypeReference resolved = Structure.resolve(type);
        switch (resolved) {
            case TypeReference.Builtin(var primitive) -> {
                if (primitive == ValueType.Primitive.STRING) {
                    range(place);
                } else {
                    whole(place);
                }
            }
            case TypeReference.ListOf _ -> range(place);
            case TypeReference.Named _, TypeReference.OwnOf _, TypeReference.BorrowOf _ -> whole(place);
            case TypeReference.FixedListOf _,
                    TypeReference.MapOf _,
                    TypeReference.StreamOf _,
                    TypeReference.FutureOf _,
                    TypeReference.ErrorContext _ -> throw Structure.refused(type);
            case TypeReference.OptionOf(var payload) -> {
                int offset = Layout.of(resolved.valueType()).payloadOffset();
                word(place.word("DISCRIMINANT", 0));
                constantUnlessTaken("NONE", 0);
                constantUnlessTaken("SOME", 1);
                word(place.payload("SOME", offset));
                parts(payload, place.payload("SOME", offset));
            }
            case TypeReference.ResultOf(var ok, var err) -> {
                int offset = Layout.of(resolved.valueType()).payloadOffset();
                word(place.word("DISCRIMINANT", 0));
                constantUnlessTaken("OK", 0);
                constantUnlessTaken("ERR", 1);
                if (ok.isPresent() || err.isPresent()) {
                    word(place.payload("OK", offset));
                }
                ok.ifPresent(payload -> parts(payload, place.payload("OK", offset)));
                err.ifPresent(payload -> parts(payload, place.payload("ERR", offset)));
            }
            case TypeReference.TupleOf(var elements) -> {
                List<Integer> offsets = Layout.of(resolved.valueType()).fieldOffsets();
                for (int i = 0; i < elements.size(); i++) {
                    parts(elements.get(i), place.field(JavaNames.constant(JavaNames.element(i)), offsets.get(i)));
                }
            }
        }
    }

    private void range(Place place) {
        word(place.word("ADDRESS", 0));
        word(place.word("LENGTH", 4));
    }

    private void whole(Place place) {
        word(place);
    }

    private void word(Place place) {
        String name = place.constant();
        clashes |= constants.getOrDefault(name, place.offset()) != place.offset();
        if (!name.isEmpty() && !clashes) {
            constant(name, place.offset());
        }
    }

    private Place fieldPlace(String base, Layout layout, TypeDefinition.Member field, int index) {
        return (named ? Place.named(base) : Place.unnamed(base))
                .field(fieldConstant(field.name()), layout.fieldOffsets().get(index));
    }

    private Place casePlace(String base, Layout layout, TypeDefinition.Alternative c) {
        return named
                ? Place.ofCase(base, caseConstant(c.name()), layout.payloadOffset())
                : Place.unnamed(base).field("", layout.payloadOffset());
    }

    private String structure(TypeDefinition definition) {
        String valueType = file.use("io.torvyn.contracts.ValueType");
        String listOf = "(" + file.use("java.util.List") + ".of(";
        return switch (definition.kind()) {
            case TypeDefinition.Kind.Record(var fields) ->
                "new " + valueType + ".RecordType" + listOf
                        + SourceFile.joined(fields.stream()
                                .map(f -> "new " + valueType + ".Field(\"" + f.name() + "\", "
                                        + file.structure(f.type()) + ")")
                                .toList())
                        + "))";
            case TypeDefinition.Kind.Variant(var cases) ->
                "new " + valueType + ".VariantType" + listOf
                        + SourceFile.joined(cases.stream()
                                .map(c -> "new " + valueType + ".Case(\"" + c.name() + "\", "
                                        + file.structure(c.payload()) + ")")
                                .toList())
                        + "))";
            case TypeDefinition.Kind.Enum(var cases) ->
                "new " + valueType + ".EnumType" + listOf + labels(cases) + "))";
            case TypeDefinition.Kind.Flags(var flags) ->
                "new " + valueType + ".FlagsType" + listOf + labels(flags) + "))";
            case TypeDefinition.Kind.Resource _, TypeDefinition.Kind.Alias _ ->
                throw new IllegalStateException("has no layout of its own: " + definition.name());
        };
    }

    private static String labels(List<TypeDefinition.Label> labels) {
        return SourceFile.joined(
                labels.stream().map(label -> "\"" + label.name() + "\"").toList());
    }

    private void openLoad(TypeDefinition definition) {
        code.blank();
        var type = new TypeReference.Named(definition);
        code.open("public static " + file.type(type, Bytes.VALUE) + " load(" + parameters(definition) + "int address)");
    }

    private void openStore(TypeDefinition definition) {
        code.blank();
        var type = new TypeReference.Named(definition);
        code.open("public static void store(" + parameters(definition) + "int address, " + file.type(type, Bytes.VALUE)
                + " value)");
    }

    private Marshalling marshalling() {
        var marshalling = new Marshalling(file, new Code(), Marshalling.ByteLifting.COPY, Bytes.VALUE, "guest");
        marshalling.fresh("address");
        marshalling.fresh("value");
        return marshalling;
    }

    /** @param given the memory is a parameter */
    private void statements(Marshalling body, boolean given) {
        if (body.usesMemory() && !given) {
            code.line(file.use("io.torvyn.component.spi.CoreMemory") + " memory = cx.memory();");
        }
        code.append(body.code());
    }

    private void loadRecord(TypeDefinition definition, List<TypeDefinition.Member> fields, Layout layout) {
        openLoad(definition);
        Marshalling body = marshalling();
        var values = new java.util.ArrayList<String>();
        for (int i = 0; i < fields.size(); i++) {
            values.add(body.load(fields.get(i).type(), fieldPlace("address", layout, fields.get(i), i)));
        }
        statements(body, Structure.isPackedRecord(definition));
        code.line("return new " + file.name(definition, "") + "(" + SourceFile.joined(values) + ");");
        code.close();
    }

    private void storeRecord(TypeDefinition definition, List<TypeDefinition.Member> fields, Layout layout) {
        openStore(definition);
        Marshalling body = marshalling();
        for (int i = 0; i < fields.size(); i++) {
            TypeDefinition.Member field = fields.get(i);
            body.store(
                    field.type(),
                    fieldPlace("address", layout, field, i),
                    "value." + JavaNames.method(field.name()) + "()");
        }
        statements(body, Structure.isPackedRecord(definition));
        code.close();
    }

    private void loadVariant(TypeDefinition definition, List<TypeDefinition.Alternative> cases, Layout layout) {
        openLoad(definition);
        Marshalling body = marshalling();
        String discriminant = body.fresh("discriminant");
        code.line(file.use("io.torvyn.component.spi.CoreMemory") + " memory = cx.memory();");
        code.line("int " + discriminant + " = " + read(layout.discriminantSize()) + ";");
        code.open("return switch (" + discriminant + ")");
        for (TypeDefinition.Alternative c : cases) {
            Marshalling arm = marshalling();
            arm.fresh("discriminant");
            String payload = c.payload()
                    .map(p -> arm.load(p, casePlace("address", layout, c)))
                    .orElse("");
            String made = "new " + file.name(definition, "") + "." + Marshalling.caseName(definition, c) + "(" + payload
                    + ")";
            body.arm(caseConstant(c.name()), arm.code(), made);
        }
        body.unknown(definition.name(), discriminant);
        code.append(body.code());
        code.close("};");
        code.close();
    }

    private void storeVariant(TypeDefinition definition, List<TypeDefinition.Alternative> cases, Layout layout) {
        openStore(definition);
        code.line(file.use("io.torvyn.component.spi.CoreMemory") + " memory = cx.memory();");
        code.open("switch (value)");
        for (TypeDefinition.Alternative c : cases) {
            Marshalling arm = marshalling();
            String write = write(layout.discriminantSize(), caseConstant(c.name()));
            String pattern = "";
            if (c.payload().isPresent()) {
                pattern = arm.fresh("payload");
                arm.store(c.payload().get(), casePlace("address", layout, c), pattern);
            }
            String label = "case " + file.name(definition, "") + "." + Marshalling.caseName(definition, c) + "("
                    + (pattern.isEmpty() ? "" : "var " + pattern) + ") ->";
            if (arm.code().isEmpty()) {
                code.line(label + " " + write);
            } else {
                code.open(label);
                code.line(write);
                code.append(arm.code());
                code.close();
            }
        }
        code.close();
        code.close();
    }

    private static String read(int size) {
        return switch (size) {
            case 1 -> "memory.readByte(address) & 0xff";
            case 2 -> "memory.readShort(address) & 0xffff";
            default -> "memory.readInt(address)";
        };
    }

    private static String write(int size, String value) {
        return switch (size) {
            case 1 -> "memory.writeByte(address, (byte) " + value + ");";
            case 2 -> "memory.writeShort(address, (short) " + value + ");";
            default -> "memory.writeInt(address, " + value + ");";
        };
    }

    private void enumeration(TypeDefinition definition, List<TypeDefinition.Label> cases) {
        String type = file.name(definition, "");
        String named = notHidden(definition);
        code.blank();
        code.open("public static " + type + " lift(int discriminant)");
        code.open("return switch (discriminant)");
        for (TypeDefinition.Label label : cases) {
            code.line("case " + caseConstant(label.name()) + " -> " + named + "." + JavaNames.constant(label.name())
                    + ";");
        }
        code.line("default -> throw " + context() + ".unknownCase(\"" + definition.name() + "\", discriminant);");
        code.close("};");
        code.close();
        code.blank();
        code.open("public static int lower(" + type + " value)");
        code.open("return switch (value)");
        for (TypeDefinition.Label label : cases) {
            code.line("case " + JavaNames.constant(label.name()) + " -> " + caseConstant(label.name()) + ";");
        }
        code.close("};");
        code.close();
    }

    /** The type in front of a dot: a constant of the same name would hide it, as {@code A} hides an enum {@code a}. */
    private String notHidden(TypeDefinition definition) {
        String simple = file.name(definition, "");
        return constants.containsKey(simple) ? file.owner(definition) + "." + simple : simple;
    }

    private void flags(TypeDefinition definition, List<TypeDefinition.Label> flags) {
        String type = file.name(definition, "");
        String set = file.use("java.util.Set") + "<" + type + ">";
        String enumSet = file.use("java.util.EnumSet");
        String named = notHidden(definition);
        code.blank();
        code.open("public static " + set + " lift(int bits)");
        code.line(enumSet + "<" + type + "> value = " + enumSet + ".noneOf(" + named + ".class);");
        for (TypeDefinition.Label flag : flags) {
            code.open("if ((bits & " + caseConstant(flag.name()) + ") != 0)");
            code.line("value.add(" + named + "." + JavaNames.constant(flag.name()) + ");");
            code.close();
        }
        code.line("return value;");
        code.close();
        code.blank();
        code.open("public static int lower(" + set + " value)");
        code.line("int bits = 0;");
        for (TypeDefinition.Label flag : flags) {
            code.open("if (value.contains(" + named + "." + JavaNames.constant(flag.name()) + "))");
            code.line("bits |= " + caseConstant(flag.name()) + ";");
            code.close();
        }
        code.line("return bits;");
        code.close();
    }

    /** Of an enum or flags. */
    private void loadInteger(TypeDefinition definition, int size) {
        String memory = file.use("io.torvyn.component.spi.CoreMemory") + " memory = cx.memory();";
        openLoad(definition);
        code.line(memory);
        code.line("return lift(" + read(size) + ");");
        code.close();
        openStore(definition);
        code.line(memory);
        code.line(write(size, "lower(value)"));
        code.close();
    }
}
