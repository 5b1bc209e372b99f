package io.torvyn.bindgen;

import io.torvyn.bindgen.SourceFile.Bytes;
import io.torvyn.component.Flattening;
import io.torvyn.component.Layout;
import io.torvyn.component.spi.CoreType;
import io.torvyn.contracts.TypeDefinition;
import io.torvyn.contracts.TypeReference;
import io.torvyn.contracts.ValueType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Writes the statements that lift and lower values, inside one method: CanonicalABI.md, "Loading", "Storing", "Flat
 * Lifting" and "Flat Lowering", worked out for types that are known now.
 *
 * <p>The method it writes for has a {@code LiftLowerContext cx}, and a {@code CoreMemory memory} when {@link
 * #usesMemory()} says so afterwards.
 */
final class Marshalling {
    /** How a {@code list<u8>} is lifted. */
    enum ByteLifting {
        COPY(Bytes.VALUE, "copyBytes"),
        VIEW(Bytes.FROM_CALLER, "loadBytes"),
        VIEW_APART(Bytes.FROM_CALLER, "loadBytesApart");

        private final Bytes bytes;
        private final String method;

        ByteLifting(Bytes bytes, String method) {
            this.bytes = bytes;
            this.method = method;
        }
    }

    /** Names and needs of one method, shared by its blocks. */
    private static final class Method {
        private final Set<String> names = new HashSet<>(Set.of("cx", "memory"));
        private boolean usesMemory;
    }

    private final SourceFile file;
    private final Code code;
    private final Method method;
    private final ByteLifting lifting;
    private final Bytes lowering;
    private final String guest;

    private Marshalling(SourceFile file, Code code, Method method, ByteLifting lifting, Bytes lowering, String guest) {
        this.file = file;
        this.code = code;
        this.method = method;
        this.lifting = lifting;
        this.lowering = lowering;
        this.guest = guest;
    }

    /**
     * @param lowering of what Java type a {@code list<u8>} is that is lowered
     * @param guest the guest class, as an expression, which resources that guests implement need
     */
    Marshalling(SourceFile file, Code code, ByteLifting lifting, Bytes lowering, String guest) {
        this(file, code, new Method(), lifting, lowering, guest);
    }

    private Marshalling block(Code blockCode) {
        return new Marshalling(file, blockCode, method, lifting, lowering, guest);
    }

    /** For parts of a record or variant, whose Java type knows no direction. */
    private Marshalling inside() {
        return new Marshalling(file, code, method, ByteLifting.COPY, Bytes.VALUE, guest);
    }

    Code code() {
        return code;
    }

    boolean usesMemory() {
        return method.usesMemory;
    }

    /** A name that nothing in the method has yet. */
    String fresh(String wish) {
        String name = wish;
        for (int i = 2; !method.names.add(name); i++) {
            name = wish + i;
        }
        return name;
    }

    private String memory() {
        method.usesMemory = true;
        return "memory";
    }

    /** Loads a value and returns it. */
    void loadAndReturn(TypeReference type, Place place) {
        TypeReference resolved = Structure.resolve(type);
        switch (resolved) {
            case TypeReference.OptionOf _, TypeReference.ResultOf _ -> loadCases("return", resolved, place);
            case TypeReference.Builtin _,
                    TypeReference.Named _,
                    TypeReference.ListOf _,
                    TypeReference.TupleOf _,
                    TypeReference.OwnOf _,
                    TypeReference.BorrowOf _ -> code.line("return " + load(resolved, place) + ";");
            case TypeReference.FixedListOf _,
                    TypeReference.MapOf _,
                    TypeReference.StreamOf _,
                    TypeReference.FutureOf _,
                    TypeReference.ErrorContext _ -> throw Structure.refused(type);
        }
    }

    private void loadCases(String target, TypeReference type, Place place) {
        int payloadOffset = Layout.of(type.valueType()).payloadOffset();
        choose(
                target,
                type,
                memory() + ".readByte(" + place.word("DISCRIMINANT", 0).address() + ") & 0xff",
                (block, payload, caseName) -> block.load(payload, place.payload(caseName, payloadOffset)));
    }

    /** A local for an option or a result that is about to be chosen. */
    private String declareCases(TypeReference type) {
        return fresh(type instanceof TypeReference.OptionOf ? "option" : "result");
    }

    /** Loads a value; gives an expression for it. */
    String load(TypeReference type, Place place) {
        TypeReference resolved = Structure.resolve(type);
        return switch (resolved) {
            case TypeReference.Builtin(var primitive) -> load(primitive, place);
            case TypeReference.Named(var definition) ->
                file.name(definition, "Layout") + ".load(" + layoutContext(definition) + place.address() + ")";
            case TypeReference.ListOf(var element) -> {
                String address =
                        memory() + ".readInt(" + place.word("ADDRESS", 0).address() + ")";
                String length = memory() + ".readInt(" + place.word("LENGTH", 4).address() + ")";
                yield liftList(element, address, length);
            }
            case TypeReference.OptionOf _, TypeReference.ResultOf _ -> {
                String value = declareCases(resolved);
                loadCases(file.type(resolved, lifting.bytes) + " " + value + " =", resolved, place);
                yield value;
            }
            case TypeReference.TupleOf(var elements) -> {
                List<Integer> offsets = Layout.of(resolved.valueType()).fieldOffsets();
                var values = new ArrayList<String>();
                for (int i = 0; i < elements.size(); i++) {
                    values.add(load(
                            elements.get(i), place.field(JavaNames.constant(JavaNames.element(i)), offsets.get(i))));
                }
                yield newTuple(values);
            }
            case TypeReference.OwnOf _, TypeReference.BorrowOf _ ->
                liftHandle(resolved, memory() + ".readInt(" + place.address() + ")");
            case TypeReference.FixedListOf _,
                    TypeReference.MapOf _,
                    TypeReference.StreamOf _,
                    TypeReference.FutureOf _,
                    TypeReference.ErrorContext _ -> throw Structure.refused(type);
        };
    }

    private String load(ValueType.Primitive type, Place place) {
        String at = "(" + place.address() + ")";
        return switch (type) {
            case BOOL -> memory() + ".readByte" + at + " != 0";
            case S8 -> memory() + ".readByte" + at;
            case U8 -> memory() + ".readByte" + at + " & 0xff";
            case S16 -> memory() + ".readShort" + at;
            case U16 -> memory() + ".readShort" + at + " & 0xffff";
            case S32, U32 -> memory() + ".readInt" + at;
            case S64, U64 -> memory() + ".readLong" + at;
            case F32 -> "Float.intBitsToFloat(" + memory() + ".readInt" + at + ")";
            case F64 -> "Double.longBitsToDouble(" + memory() + ".readLong" + at + ")";
            case CHAR -> context() + ".loadChar(" + memory() + ".readInt" + at + ")";
            case STRING ->
                "cx.loadString(" + memory() + ".readInt("
                        + place.word("ADDRESS", 0).address() + "), memory.readInt("
                        + place.word("LENGTH", 4).address() + "))";
        };
    }

    /** Lifts a value from core values, as many as its type takes; gives an expression for it. */
    String liftFlat(TypeReference type, Iterator<Flat> flats) {
        TypeReference resolved = Structure.resolve(type);
        return switch (resolved) {
            case TypeReference.Builtin(var primitive) -> liftFlat(primitive, flats);
            case TypeReference.Named(var definition) -> liftFlat(definition, flats);
            case TypeReference.ListOf(var element) ->
                liftList(element, flats.next().expression(), flats.next().expression());
            case TypeReference.OptionOf _, TypeReference.ResultOf _ -> {
                List<Flat> own = take(resolved, flats);
                String value = declareCases(resolved);
                choose(
                        file.type(resolved, lifting.bytes) + " " + value + " =",
                        resolved,
                        own.getFirst().expression(),
                        (block, payload, _) -> block.liftFlat(payload, asSeenBy(payload, own)));
                yield value;
            }
            case TypeReference.TupleOf(var elements) ->
                newTuple(elements.stream()
                        .map(element -> liftFlat(element, flats))
                        .toList());
            case TypeReference.OwnOf _, TypeReference.BorrowOf _ ->
                liftHandle(resolved, flats.next().expression());
            case TypeReference.FixedListOf _,
                    TypeReference.MapOf _,
                    TypeReference.StreamOf _,
                    TypeReference.FutureOf _,
                    TypeReference.ErrorContext _ -> throw Structure.refused(type);
        };
    }

    private String liftFlat(TypeDefinition definition, Iterator<Flat> flats) {
        return switch (definition.kind()) {
            case TypeDefinition.Kind.Record(var fields) ->
                "new " + file.name(definition, "") + "("
                        + String.join(
                                ", ",
                                fields.stream()
                                        .map(field -> inside().liftFlat(field.type(), flats))
                                        .toList())
                        + ")";
            case TypeDefinition.Kind.Variant(var cases) -> {
                List<Flat> own = take(new TypeReference.Named(definition), flats);
                String value = fresh(JavaNames.variable(definition.name()));
                code.open(file.name(definition, "") + " " + value + " = switch ("
                        + own.getFirst().expression() + ")");
                for (int i = 0; i < cases.size(); i++) {
                    TypeDefinition.Alternative c = cases.get(i);
                    Marshalling block = inside().block(new Code());
                    String made = "new " + file.name(definition, "") + "." + caseName(definition, c) + "("
                            + c.payload()
                                    .map(payload -> block.liftFlat(payload, asSeenBy(payload, own)))
                                    .orElse("")
                            + ")";
                    arm(String.valueOf(i), block.code, made);
                }
                unknown(definition.name(), own.getFirst().expression());
                code.close("};");
                yield value;
            }
            case TypeDefinition.Kind.Enum _, TypeDefinition.Kind.Flags _ ->
                file.name(definition, "Layout") + ".lift(" + flats.next().expression() + ")";
            case TypeDefinition.Kind.Alias _, TypeDefinition.Kind.Resource _ ->
                throw new IllegalStateException("not resolved: " + definition.name());
        };
    }

    private String liftFlat(ValueType.Primitive type, Iterator<Flat> flats) {
        String value = flats.next().expression();
        String operand = Flat.isSimple(value) ? value : "(" + value + ")";
        return switch (type) {
            case BOOL -> operand + " != 0";
            case S8 -> "(byte) " + operand;
            case U8 -> operand + " & 0xff";
            case S16 -> "(short) " + operand;
            case U16 -> operand + " & 0xffff";
            case S32, U32, S64, U64, F32, F64 -> value;
            case CHAR -> context() + ".loadChar(" + value + ")";
            case STRING -> "cx.loadString(" + value + ", " + flats.next().expression() + ")";
        };
    }

    private String context() {
        return file.use("io.torvyn.component.LiftLowerContext");
    }

    private static List<Flat> take(TypeReference type, Iterator<Flat> flats) {
        var own = new ArrayList<Flat>();
        for (CoreType.Value core : Flattening.of(type.valueType())) {
            own.add(flats.next().as(core));
        }
        return own;
    }

    /** The payload's core values, out of those that the whole variant has. */
    private static Iterator<Flat> asSeenBy(TypeReference payload, List<Flat> variant) {
        List<CoreType.Value> wanted = Flattening.of(payload.valueType());
        var seen = new ArrayList<Flat>();
        for (int i = 0; i < wanted.size(); i++) {
            seen.add(variant.get(i + 1).as(wanted.get(i)));
        }
        return seen.iterator();
    }

    private interface PayloadLifting {
        String lift(Marshalling block, TypeReference payload, String caseName);
    }

    /**
     * An option or a result.
     *
     * @param target where it goes: {@code return}, or a declaration with its equals sign
     */
    private void choose(String target, TypeReference type, String discriminant, PayloadLifting payloads) {
        code.open(target + " switch (" + discriminant + ")");
        String name;
        if (type instanceof TypeReference.OptionOf(var payload)) {
            name = "option";
            String optional = file.use("java.util.Optional");
            code.line("case 0 -> " + optional + ".empty();");
            Marshalling block = block(new Code());
            arm("1", block.code, optional + ".of(" + payloads.lift(block, payload, "SOME") + ")");
        } else if (type instanceof TypeReference.ResultOf(var ok, var err)) {
            name = "result";
            side("0", "ok", ok, payloads);
            side("1", "err", err, payloads);
        } else {
            throw new IllegalStateException("has no cases: " + type);
        }
        unknown(name, discriminant);
        code.close("};");
    }

    private void side(String discriminant, String side, Optional<TypeReference> payload, PayloadLifting payloads) {
        Marshalling block = block(new Code());
        String value = payload.map(p -> payloads.lift(block, p, side.equals("ok") ? "OK" : "ERR"))
                .orElse("");
        arm(discriminant, block.code, file.use("io.torvyn.component.Result") + "." + side + "(" + value + ")");
    }

    void arm(String label, Code statements, String value) {
        if (statements.isEmpty()) {
            code.line("case " + label + " -> " + value + ";");
        } else {
            code.open("case " + label + " ->");
            code.append(statements);
            code.line("yield " + value + ";");
            code.close();
        }
    }

    void unknown(String type, String discriminant) {
        code.line("default -> throw " + context() + ".unknownCase(\"" + type + "\", " + discriminant + ");");
    }

    private String liftList(TypeReference element, String address, String length) {
        if (SourceFile.isByte(element)) {
            return "cx." + lifting.method + "(" + address + ", " + length + ")";
        }
        Optional<String> packed = packedElement(element);
        if (packed.isPresent()) {
            return "cx.copyList(" + address + ", " + length + ", " + packed.get() + ")";
        }
        Layout layout = Layout.of(element.valueType());
        String start = named("start", address);
        String count = named("count", length);
        String list = fresh("list");
        String i = fresh("i");
        code.line("cx.checkList(" + start + ", " + count + ", " + layout.alignment() + ", " + layout.size() + ");");
        String listType = file.type(new TypeReference.ListOf(element), lifting.bytes);
        code.line(listType + " " + list + " = new " + file.use("java.util.ArrayList") + "<>(" + count + ");");
        code.open("for (int " + i + " = 0; " + i + " < " + count + "; " + i + "++)");
        Marshalling block = block(new Code());
        String at = block.fresh("element");
        String value = block.load(element, Place.unnamed(at));
        code.line("int " + at + " = " + start + " + " + i + " * " + layout.size() + ";");
        code.append(block.code);
        code.line(list + ".add(" + value + ");");
        code.close();
        return list;
    }

    /** The constant for elements whose list is one copy; a tuple has no place for one. */
    private Optional<String> packedElement(TypeReference element) {
        TypeReference resolved = Structure.resolve(element);
        if (resolved instanceof TypeReference.Builtin(var primitive) && Structure.isPacked(resolved)) {
            return Optional.of(file.use("io.torvyn.component.PackedElement") + "." + primitive.name());
        }
        return resolved instanceof TypeReference.Named(var definition) && Structure.isPackedRecord(definition)
                ? Optional.of(file.name(definition, "Layout") + ".ELEMENT")
                : Optional.empty();
    }

    /** The name of a local with that int value. */
    private String named(String wish, String value) {
        if (Flat.isSimple(value)) {
            return value;
        }
        String name = fresh(wish);
        code.line("int " + name + " = " + value + ";");
        return name;
    }

    private String newTuple(List<String> values) {
        return "new " + file.use(file.self().packageName() + ".Tuple" + values.size()) + "<>("
                + String.join(", ", values) + ")";
    }

    /** The first arguments of a layout's {@code load} and {@code store}. */
    String layoutContext(TypeDefinition definition) {
        if (Structure.isPackedRecord(definition)) {
            return memory() + ", ";
        }
        return file.mentionsExported(new TypeReference.Named(definition))
                ? "cx, " + file.guestOf(definition, guest) + ", "
                : "cx, ";
    }

    private String exportedResource(TypeDefinition resource) {
        String field = file.resourceField(resource);
        return guest.equals("this") ? field : guest + "." + field;
    }

    private String liftHandle(TypeReference type, String handle) {
        return switch (type) {
            case TypeReference.OwnOf(var resource)
            when file.isExported(resource) ->
                "new " + file.name(resource, "") + "(" + file.guestOf(resource, guest) + ", "
                        + exportedResource(resource) + ".liftOwn(cx, " + handle + "))";
            case TypeReference.OwnOf(var resource) ->
                "(" + file.name(resource, "") + ") cx.handles().removeOwn(" + handle + ", " + file.resource(resource)
                        + ")";
            case TypeReference.BorrowOf(var resource) ->
                "(" + file.name(resource, "") + ") cx.handles().rep(" + handle + ", " + file.resource(resource) + ")";
            case TypeReference.Builtin _,
                    TypeReference.Named _,
                    TypeReference.ListOf _,
                    TypeReference.OptionOf _,
                    TypeReference.ResultOf _,
                    TypeReference.TupleOf _,
                    TypeReference.FixedListOf _,
                    TypeReference.MapOf _,
                    TypeReference.StreamOf _,
                    TypeReference.FutureOf _,
                    TypeReference.ErrorContext _ -> throw new IllegalStateException("not a handle: " + type);
        };
    }

    /** Stores a value that is in a local or is cheap to ask for twice. */
    void store(TypeReference type, Place place, String value) {
        TypeReference resolved = Structure.resolve(type);
        switch (resolved) {
            case TypeReference.Builtin(var primitive) -> store(primitive, place, value);
            case TypeReference.Named(var definition) ->
                code.line(file.name(definition, "Layout") + ".store(" + layoutContext(definition) + place.address()
                        + ", " + value + ");");
            case TypeReference.ListOf(var element) -> {
                if (SourceFile.isByte(element)) {
                    storePacked("bytes", "cx.storeBytes(" + value + ")", place);
                } else {
                    List<String> addressAndCount = lowerList(element, value);
                    write("Int", place.word("ADDRESS", 0), addressAndCount.get(0));
                    write("Int", place.word("LENGTH", 4), addressAndCount.get(1));
                }
            }
            case TypeReference.OptionOf(var payload) -> {
                Place inside =
                        place.payload("SOME", Layout.of(resolved.valueType()).payloadOffset());
                String option = local(file.type(resolved, lowering), "option", value);
                code.open("if (" + option + ".isPresent())");
                write("Byte", place.word("DISCRIMINANT", 0), "(byte) 1");
                store(payload, inside, local(file.type(payload, lowering), "some", option + ".get()"));
                code.next("} else {");
                write("Byte", place.word("DISCRIMINANT", 0), "(byte) 0");
                code.close();
            }
            case TypeReference.ResultOf(var ok, var err) -> {
                int offset = Layout.of(resolved.valueType()).payloadOffset();
                code.open("switch (" + value + ")");
                storeSide("Ok", 0, ok, place, offset);
                storeSide("Err", 1, err, place, offset);
                code.close();
            }
            case TypeReference.TupleOf(var elements) -> {
                List<Integer> offsets = Layout.of(resolved.valueType()).fieldOffsets();
                String tuple = local(file.type(resolved, lowering), "tuple", value);
                for (int i = 0; i < elements.size(); i++) {
                    String name = JavaNames.element(i);
                    storeBoxed(
                            elements.get(i),
                            place.field(JavaNames.constant(name), offsets.get(i)),
                            tuple + "." + name + "()");
                }
            }
            case TypeReference.OwnOf _, TypeReference.BorrowOf _ -> write("Int", place, lowerHandle(resolved, value));
            case TypeReference.FixedListOf _,
                    TypeReference.MapOf _,
                    TypeReference.StreamOf _,
                    TypeReference.FutureOf _,
                    TypeReference.ErrorContext _ -> throw Structure.refused(type);
        }
    }

    /** Stores a value that is an object where its type is a number. */
    private void storeBoxed(TypeReference type, Place place, String value) {
        boolean narrowed = Structure.resolve(type) instanceof TypeReference.Builtin(var primitive)
                && (primitive == ValueType.Primitive.U8 || primitive == ValueType.Primitive.U16);
        if (narrowed) {
            String number = fresh("number");
            code.line("int " + number + " = " + value + ";");
            store(type, place, number);
        } else {
            store(type, place, value);
        }
    }

    private void store(ValueType.Primitive type, Place place, String value) {
        switch (type) {
            case BOOL -> write("Byte", place, "(byte) (" + value + " ? 1 : 0)");
            case S8 -> write("Byte", place, value);
            case U8 -> write("Byte", place, "(byte) " + value);
            case S16 -> write("Short", place, value);
            case U16 -> write("Short", place, "(short) " + value);
            case S32, U32 -> write("Int", place, value);
            case S64, U64 -> write("Long", place, value);
            case F32 -> write("Int", place, "Float.floatToIntBits(" + value + ")");
            case F64 -> write("Long", place, "Double.doubleToLongBits(" + value + ")");
            case CHAR -> write("Int", place, context() + ".storeChar(" + value + ")");
            case STRING -> storePacked("string", "cx.storeString(" + value + ")", place);
        }
    }

    private void storePacked(String wish, String stored, Place place) {
        String packed = fresh(wish);
        code.line("long " + packed + " = " + stored + ";");
        write("Int", place.word("ADDRESS", 0), context() + ".address(" + packed + ")");
        write("Int", place.word("LENGTH", 4), context() + ".length(" + packed + ")");
    }

    private void storeSide(String side, int discriminant, Optional<TypeReference> payload, Place place, int offset) {
        String result = file.use("io.torvyn.component.Result");
        Marshalling block = block(new Code());
        String pattern = "_";
        block.write("Byte", place.word("DISCRIMINANT", 0), "(byte) " + discriminant);
        if (payload.isPresent()) {
            String value = block.fresh(side.equals("Ok") ? "ok" : "err");
            pattern = "var " + value;
            block.storeBoxed(payload.get(), place.payload(side.equals("Ok") ? "OK" : "ERR", offset), value);
        }
        code.branch("case " + result + "." + side + "(" + pattern + ")", block.code);
    }

    void write(String width, Place place, String value) {
        code.line(memory() + ".write" + width + "(" + place.address() + ", " + value + ");");
    }

    /** A name for a value that is asked for more than once. */
    String local(String javaType, String wish, String value) {
        if (Flat.isSimple(value)) {
            return value;
        }
        String name = fresh(wish);
        code.line(javaType + " " + name + " = " + value + ";");
        return name;
    }

    /** Copies a list into the guest; gives expressions for its address and its length. */
    private List<String> lowerList(TypeReference element, String value) {
        Layout layout = Layout.of(element.valueType());
        String list = local(file.type(new TypeReference.ListOf(element), lowering), "list", value);
        String start = fresh("start");
        String at = fresh("element");
        String item = fresh("item");
        code.line("int " + start + " = cx.reallocList(" + list + ".size(), " + layout.alignment() + ", " + layout.size()
                + ");");
        Optional<String> packed = packedElement(element);
        if (packed.isPresent()) {
            code.open("if (!cx.storePacked(" + list + ", " + packed.get() + ", " + start + "))");
        }
        code.line("int " + at + " = " + start + ";");
        code.open("for (" + file.type(element, lowering) + " " + item + " : " + list + ")");
        store(element, Place.unnamed(at), item);
        code.line(at + " += " + layout.size() + ";");
        code.close();
        if (packed.isPresent()) {
            code.close();
        }
        return List.of(start, list + ".size()");
    }

    private String lowerHandle(TypeReference type, String value) {
        return switch (type) {
            case TypeReference.OwnOf(var resource)
            when file.isExported(resource) -> exportedResource(resource) + ".lowerOwn(cx, " + value + ".handle())";
            case TypeReference.BorrowOf(var resource)
            when file.isExported(resource) -> exportedResource(resource) + ".lowerBorrow(cx, " + value + ".handle())";
            case TypeReference.OwnOf(var resource) ->
                "cx.handles().newOwn(" + file.resource(resource) + ", " + value + ")";
            case TypeReference.BorrowOf(var resource) ->
                "cx.handles().newBorrow(" + file.resource(resource) + ", " + value + ")";
            case TypeReference.Builtin _,
                    TypeReference.Named _,
                    TypeReference.ListOf _,
                    TypeReference.OptionOf _,
                    TypeReference.ResultOf _,
                    TypeReference.TupleOf _,
                    TypeReference.FixedListOf _,
                    TypeReference.MapOf _,
                    TypeReference.StreamOf _,
                    TypeReference.FutureOf _,
                    TypeReference.ErrorContext _ -> throw new IllegalStateException("not a handle: " + type);
        };
    }

    /**
     * Lowers a value to core values.
     *
     * @param wish what locals may be called
     * @param value an expression
     * @return expressions, one for each core value
     */
    List<Flat> lowerFlat(TypeReference type, String wish, String value) {
        TypeReference resolved = Structure.resolve(type);
        return switch (resolved) {
            case TypeReference.Builtin(var primitive) -> lowerFlat(primitive, wish, value);
            case TypeReference.Named(var definition) -> lowerFlat(definition, wish, value);
            case TypeReference.ListOf(var element) -> {
                if (SourceFile.isByte(element)) {
                    yield packed(wish, "cx.storeBytes(" + value + ")");
                }
                List<String> addressAndCount = lowerList(element, value);
                yield List.of(
                        new Flat(addressAndCount.get(0), CoreType.Value.I32),
                        new Flat(addressAndCount.get(1), CoreType.Value.I32));
            }
            case TypeReference.OptionOf(var payload) -> {
                String option = local(file.type(resolved, lowering), wish, value);
                List<String> locals = declare(resolved, wish);
                code.open("if (" + option + ".isPresent())");
                assign(
                        resolved,
                        locals,
                        1,
                        Optional.of(payload),
                        wish,
                        local(file.type(payload, lowering), "some", option + ".get()"));
                code.next("} else {");
                assign(resolved, locals, 0, Optional.empty(), wish, "");
                code.close();
                yield flats(resolved, locals);
            }
            case TypeReference.ResultOf(var ok, var err) -> {
                List<String> locals = declare(resolved, wish);
                code.open("switch (" + value + ")");
                lowerSide("Ok", 0, ok, resolved, locals, wish);
                lowerSide("Err", 1, err, resolved, locals, wish);
                code.close();
                yield flats(resolved, locals);
            }
            case TypeReference.TupleOf(var elements) -> {
                String tuple = local(file.type(resolved, lowering), wish, value);
                var flats = new ArrayList<Flat>();
                for (int i = 0; i < elements.size(); i++) {
                    String name = JavaNames.element(i);
                    flats.addAll(lowerFlat(elements.get(i), name, tuple + "." + name + "()"));
                }
                yield flats;
            }
            case TypeReference.OwnOf _, TypeReference.BorrowOf _ ->
                List.of(new Flat(lowerHandle(resolved, value), CoreType.Value.I32));
            case TypeReference.FixedListOf _,
                    TypeReference.MapOf _,
                    TypeReference.StreamOf _,
                    TypeReference.FutureOf _,
                    TypeReference.ErrorContext _ -> throw Structure.refused(type);
        };
    }

    private List<Flat> lowerFlat(TypeDefinition definition, String wish, String value) {
        return switch (definition.kind()) {
            case TypeDefinition.Kind.Record(var fields) -> {
                String whole = local(file.name(definition, ""), wish, value);
                var flats = new ArrayList<Flat>();
                for (TypeDefinition.Member field : fields) {
                    String name = JavaNames.method(field.name());
                    flats.addAll(inside().lowerFlat(
                                    field.type(), JavaNames.variable(field.name()), whole + "." + name + "()"));
                }
                yield flats;
            }
            case TypeDefinition.Kind.Variant(var cases) -> {
                var type = new TypeReference.Named(definition);
                List<String> locals = declare(type, wish);
                code.open("switch (" + value + ")");
                for (int i = 0; i < cases.size(); i++) {
                    TypeDefinition.Alternative c = cases.get(i);
                    String label = "case " + file.name(definition, "") + "." + caseName(definition, c);
                    String pattern = c.payload().isPresent() ? fresh(JavaNames.variable(c.name())) : "";
                    code.open(label + "(" + (pattern.isEmpty() ? "" : "var " + pattern) + ") ->");
                    inside().assign(type, locals, i, c.payload(), JavaNames.variable(c.name()), pattern);
                    code.close();
                }
                code.close();
                yield flats(type, locals);
            }
            case TypeDefinition.Kind.Enum _, TypeDefinition.Kind.Flags _ ->
                List.of(new Flat(file.name(definition, "Layout") + ".lower(" + value + ")", CoreType.Value.I32));
            case TypeDefinition.Kind.Alias _, TypeDefinition.Kind.Resource _ ->
                throw new IllegalStateException("not resolved: " + definition.name());
        };
    }

    private List<Flat> lowerFlat(ValueType.Primitive type, String wish, String value) {
        return switch (type) {
            case BOOL -> List.of(new Flat(value + " ? 1 : 0", CoreType.Value.I32));
            case U8 -> List.of(new Flat(value + " & 0xff", CoreType.Value.I32));
            case U16 -> List.of(new Flat(value + " & 0xffff", CoreType.Value.I32));
            case S8, S16, S32, U32 -> List.of(new Flat(value, CoreType.Value.I32));
            case S64, U64 -> List.of(new Flat(value, CoreType.Value.I64));
            case F32 -> List.of(new Flat(value, CoreType.Value.F32));
            case F64 -> List.of(new Flat(value, CoreType.Value.F64));
            case CHAR -> List.of(new Flat(context() + ".storeChar(" + value + ")", CoreType.Value.I32));
            case STRING -> packed(wish, "cx.storeString(" + value + ")");
        };
    }

    private List<Flat> packed(String wish, String stored) {
        String packed = method.names.contains(wish) ? fresh(wish + "Range") : fresh(wish);
        code.line("long " + packed + " = " + stored + ";");
        return List.of(
                new Flat(context() + ".address(" + packed + ")", CoreType.Value.I32),
                new Flat(context() + ".length(" + packed + ")", CoreType.Value.I32));
    }

    private List<String> declare(TypeReference type, String wish) {
        List<CoreType.Value> cores = Flattening.of(type.valueType());
        var locals = new ArrayList<String>();
        for (int i = 0; i < cores.size(); i++) {
            String name = fresh(i == 0 ? wish + "Discriminant" : wish + "Payload" + (cores.size() > 2 ? i : ""));
            code.line(Flat.carrier(cores.get(i)) + " " + name + ";");
            locals.add(name);
        }
        return locals;
    }

    private void assign(
            TypeReference type,
            List<String> locals,
            int discriminant,
            Optional<TypeReference> payload,
            String wish,
            String value) {
        List<CoreType.Value> cores = Flattening.of(type.valueType());
        List<Flat> flats = payload.map(p -> lowerFlat(p, wish, value)).orElse(List.of());
        code.line(locals.getFirst() + " = " + discriminant + ";");
        for (int i = 1; i < locals.size(); i++) {
            String flat = i <= flats.size() ? flats.get(i - 1).as(cores.get(i)).expression() : "0";
            code.line(locals.get(i) + " = " + flat + ";");
        }
    }

    private void lowerSide(
            String side,
            int discriminant,
            Optional<TypeReference> payload,
            TypeReference type,
            List<String> locals,
            String wish) {
        String pattern = payload.isPresent() ? fresh(side.equals("Ok") ? "ok" : "err") : "";
        code.open("case " + file.use("io.torvyn.component.Result") + "." + side + "("
                + (pattern.isEmpty() ? "_" : "var " + pattern) + ") ->");
        assign(type, locals, discriminant, payload, wish, pattern);
        code.close();
    }

    private static List<Flat> flats(TypeReference type, List<String> locals) {
        List<CoreType.Value> cores = Flattening.of(type.valueType());
        var flats = new ArrayList<Flat>();
        for (int i = 0; i < locals.size(); i++) {
            flats.add(new Flat(locals.get(i), cores.get(i)));
        }
        return flats;
    }

    /** The record that stands for a case. */
    static String caseName(TypeDefinition variant, TypeDefinition.Alternative c) {
        if (!(variant.kind() instanceof TypeDefinition.Kind.Variant(var cases))) {
            throw new IllegalStateException("has no cases: " + variant);
        }
        Set<String> taken = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        taken.add(JavaNames.type(variant.name()));
        for (TypeDefinition.Alternative each : cases) {
            String name = JavaNames.type(each.name());
            if (!taken.add(name)) {
                name += "Case";
                while (!taken.add(name)) {
                    name += "_";
                }
            }
            if (each.equals(c)) {
                return name;
            }
        }
        throw new IllegalStateException("no case of " + variant + ": " + c.name());
    }
}
