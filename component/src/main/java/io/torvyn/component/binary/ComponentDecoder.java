package io.torvyn.component.binary;

import io.torvyn.component.spi.CoreType;
import io.torvyn.contracts.ValueType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Reads the binary format of components: Binary.md.
 *
 * <p>Every index is read, none is looked up. Memory and time are bounded by the length of the input; nesting by {@link
 * #MAX_NESTING}. What the format knows but this runtime does not (values, start functions, threads that run in parallel)
 * is refused by name.
 */
public final class ComponentDecoder {
    /** Components in components, types in types. */
    public static final int MAX_NESTING = 100;

    private static final int[] MAGIC = {0x00, 'a', 's', 'm'};

    private final byte[] wasm;
    private final Cursor in;
    private int nesting;

    private ComponentDecoder(byte[] wasm) {
        this.wasm = wasm;
        this.in = new Cursor(wasm, 0, wasm.length, "the file");
    }

    /**
     * Decodes a whole component.
     *
     * @throws BinaryException when the bytes are something else
     */
    public static Definition.Component decode(byte[] wasm) {
        var decoder = new ComponentDecoder(wasm);
        decoder.refuseOtherFiles();
        return decoder.component();
    }

    private void refuseOtherFiles() {
        if (wasm.length == 0) {
            throw new BinaryException(0, "the file is empty");
        }
        for (int i = 0; i < Math.min(MAGIC.length, wasm.length); i++) {
            if (wasm[i] != MAGIC[i]) {
                throw new BinaryException(i, otherFile());
            }
        }
        if (wasm.length < 8) {
            throw new BinaryException(wasm.length, "the file is truncated: it ends within its first 8 bytes");
        }
        int version = (wasm[4] & 0xff) | (wasm[5] & 0xff) << 8;
        int layer = (wasm[6] & 0xff) | (wasm[7] & 0xff) << 8;
        if (layer == 0) {
            throw new BinaryException(
                    4, "the file is a core WebAssembly module; `wasm-tools component new` makes a component of one");
        }
        if (layer != 1 || version != 0x0d) {
            throw new BinaryException(
                    4,
                    "the file has version 0x" + Integer.toHexString(version) + " and layer " + layer
                            + "; expected are version 0xd and layer 1");
        }
    }

    private String otherFile() {
        String start = new String(wasm, 0, Math.min(wasm.length, 256), StandardCharsets.UTF_8);
        if (start.stripLeading().startsWith("(component")
                || start.stripLeading().startsWith("(module")) {
            return "the file is WebAssembly text; `wasm-tools parse` turns it into a binary";
        }
        boolean text = start.codePoints().allMatch(c -> c >= ' ' || c == '\n' || c == '\r' || c == '\t');
        return "the file is " + (text ? "text" : "not WebAssembly") + ": it does not begin with the bytes 00 61 73 6d";
    }

    private Definition.Component component() {
        int start = in.position();
        descend(start, "components");
        for (int expected : MAGIC) {
            expect(expected, "the magic number of a component");
        }
        for (int expected : new int[] {0x0d, 0x00, 0x01, 0x00}) {
            expect(expected, "version 0xd and layer 1 of a component");
        }
        List<Definition> definitions = new ArrayList<>();
        while (!in.atEnd()) {
            section(definitions);
        }
        nesting--;
        return new Definition.Component(start, definitions);
    }

    private void expect(int value, String what) {
        int at = in.position();
        int found = in.readByte();
        if (found != value) {
            throw new BinaryException(at, "found byte " + hex(found) + " within " + what);
        }
    }

    private void descend(int at, String what) {
        if (++nesting > MAX_NESTING) {
            throw new BinaryException(at, what + " are nested more than " + MAX_NESTING + " deep");
        }
    }

    private void section(List<Definition> definitions) {
        int at = in.position();
        int id = in.readByte();
        switch (id) {
            case 0 ->
                in.readSized("custom section", () -> {
                    in.readName();
                    in.skip(in.remaining());
                });
            case 1 -> in.readSized("core module section", () -> definitions.add(coreModule()));
            case 2 -> vector("core instance section", definitions, this::coreInstance);
            case 3 ->
                vector("core type section", definitions, () -> {
                    int offset = in.position();
                    return new Definition.CoreType(offset, coreDefType());
                });
            case 4 -> in.readSized("component section", () -> definitions.add(component()));
            case 5 -> vector("instance section", definitions, this::instance);
            case 6 ->
                vector("alias section", definitions, () -> {
                    int offset = in.position();
                    return new Definition.OfAlias(offset, alias());
                });
            case 7 ->
                vector("type section", definitions, () -> {
                    int offset = in.position();
                    return new Definition.Type(offset, defType());
                });
            case 8 -> vector("canonical section", definitions, this::canonical);
            case 9 -> throw unsupported(at, "a start section");
            case 10 ->
                vector("import section", definitions, () -> {
                    int offset = in.position();
                    return new Definition.Import(offset, externName(), externDesc());
                });
            case 11 -> vector("export section", definitions, this::export);
            case 12 -> throw unsupported(at, "a value section");
            default -> throw new BinaryException(at, "section id " + id + " is unknown");
        }
    }

    private void vector(String section, List<Definition> definitions, java.util.function.Supplier<Definition> element) {
        in.readSized(section, () -> {
            int count = in.readCount("definitions");
            for (int i = 0; i < count; i++) {
                definitions.add(element.get());
            }
        });
    }

    private Definition coreModule() {
        int start = in.position();
        int length = in.remaining();
        in.skip(length);
        return new Definition.CoreModule(start, length);
    }

    private Definition coreInstance() {
        int at = in.position();
        int form = in.readByte();
        return switch (form) {
            case 0x00 ->
                new Definition.CoreInstantiate(at, in.readU32(), in.readVector("arguments", () -> {
                    String name = in.readName();
                    expect(0x12, "a core instantiation argument, which is an instance");
                    return new Definition.CoreArgument(name, in.readU32());
                }));
            case 0x01 ->
                new Definition.CoreInline(at, in.readVector("exports", () -> {
                    int offset = in.position();
                    return new Definition.InlineExport(offset, in.readName(), coreSort(), in.readU32());
                }));
            default -> throw unknown(at, "core instance expression", form);
        };
    }

    private Sort coreSort() {
        int at = in.position();
        int sort = in.readByte();
        return switch (sort) {
            case 0x00 -> Sort.CORE_FUNCTION;
            case 0x01 -> Sort.CORE_TABLE;
            case 0x02 -> Sort.CORE_MEMORY;
            case 0x03 -> Sort.CORE_GLOBAL;
            case 0x04 -> Sort.CORE_TAG;
            case 0x10 -> Sort.CORE_TYPE;
            case 0x11 -> Sort.CORE_MODULE;
            case 0x12 -> Sort.CORE_INSTANCE;
            default -> throw unknown(at, "core sort", sort);
        };
    }

    private Sort sort() {
        int at = in.position();
        int sort = in.readByte();
        return switch (sort) {
            case 0x00 -> coreSort();
            case 0x01 -> Sort.FUNCTION;
            case 0x02 -> throw unsupported(at, "a value");
            case 0x03 -> Sort.TYPE;
            case 0x04 -> Sort.COMPONENT;
            case 0x05 -> Sort.INSTANCE;
            default -> throw unknown(at, "sort", sort);
        };
    }

    private Definition instance() {
        int at = in.position();
        int form = in.readByte();
        return switch (form) {
            case 0x00 ->
                new Definition.Instantiate(at, in.readU32(), in.readVector("arguments", () -> {
                    int offset = in.position();
                    return new Definition.InlineExport(offset, in.readName(), sort(), in.readU32());
                }));
            case 0x01 ->
                new Definition.Inline(at, in.readVector("exports", () -> {
                    int offset = in.position();
                    return new Definition.NamedExport(offset, externName(), sort(), in.readU32());
                }));
            default -> throw unknown(at, "instance expression", form);
        };
    }

    private Alias alias() {
        int start = in.position();
        Sort sort = sort();
        int at = in.position();
        int target = in.readByte();
        return switch (target) {
            case 0x00 -> new Alias.Export(sort, in.readU32(), in.readName());
            case 0x01 -> new Alias.CoreExport(sort, in.readU32(), in.readName());
            case 0x02 -> {
                checkOuterAlias(start, sort);
                yield new Alias.Outer(sort, in.readU32(), in.readU32());
            }
            default -> throw unknown(at, "alias target", target);
        };
    }

    /** {@code outeraliassort}. */
    private static void checkOuterAlias(int at, Sort sort) {
        switch (sort) {
            case CORE_TYPE, CORE_MODULE, TYPE, COMPONENT -> {}
            case CORE_FUNCTION, CORE_TABLE, CORE_MEMORY, CORE_GLOBAL, CORE_TAG, CORE_INSTANCE, FUNCTION, INSTANCE ->
                throw new BinaryException(at, sort.withArticle() + " of an outer component cannot be aliased");
        }
    }

    private CoreDefType coreDefType() {
        int at = in.position();
        if (in.peek() == 0x50) {
            in.readByte();
            descend(at, "types");
            var module = new CoreDefType.Module(in.readVector("declarations", this::moduleDeclaration));
            nesting--;
            return module;
        }
        if (in.peek() == 0x00) {
            // The mark of a `sub`, whose own byte stands for core module types here.
            in.readByte();
            int form = in.peek();
            if (form != 0x50) {
                throw unknown(at + 1, "core type that is marked by 0x00", form);
            }
        }
        return new CoreDefType.Group(CoreTypeReader.recursiveGroup(in));
    }

    private CoreDefType.Declaration moduleDeclaration() {
        int at = in.position();
        int form = in.readByte();
        return switch (form) {
            case 0x00 ->
                new CoreDefType.Declaration.Import(at, in.readName(), in.readName(), CoreTypeReader.extern(in));
            case 0x01 -> {
                // Core module types do not contain each other: here 0x50 needs no mark to be a `sub`, but may have it.
                if (in.peek() == 0x00) {
                    in.readByte();
                }
                yield new CoreDefType.Declaration.OfType(at, new CoreDefType.Group(CoreTypeReader.recursiveGroup(in)));
            }
            case 0x02 -> {
                expect(0x10, "an alias in a core module type, which is for types only");
                expect(0x01, "an alias in a core module type, which is an outer one");
                yield new CoreDefType.Declaration.OuterType(at, in.readU32(), in.readU32());
            }
            case 0x03 -> new CoreDefType.Declaration.Export(at, in.readName(), CoreTypeReader.extern(in));
            default -> throw unknown(at, "core module declaration", form);
        };
    }

    private DefType defType() {
        int at = in.position();
        int form = in.readByte();
        return switch (form) {
            case 0x40 -> new DefType.Function(fields("parameters"), resultList(), false);
            case 0x43 -> new DefType.Function(fields("parameters"), resultList(), true);
            case 0x41 -> {
                descend(at, "types");
                var component = new DefType.Component(in.readVector("declarations", () -> declaration(true)));
                nesting--;
                yield component;
            }
            case 0x42 -> {
                descend(at, "types");
                var instance = new DefType.Instance(in.readVector("declarations", () -> declaration(false)));
                nesting--;
                yield instance;
            }
            case 0x3f -> {
                int rep = in.readByte();
                if (rep == 0x7e) {
                    throw unsupported(at, "a resource represented by an i64");
                }
                if (rep != 0x7f) {
                    throw new BinaryException(at, "a resource is represented by an i32, not by type " + hex(rep));
                }
                yield new DefType.Resource(flag("destructor") ? OptionalInt.of(in.readU32()) : OptionalInt.empty());
            }
            default -> valueDefinition(at, form);
        };
    }

    private DefType.Value valueDefinition(int at, int form) {
        return switch (form) {
            case 0x72 -> new DefType.Record(fields("fields"));
            case 0x71 ->
                new DefType.Variant(in.readVector("cases", () -> {
                    var variantCase = new DefType.Case(in.readName(), optionalUse());
                    expect(0x00, "a variant case, which refines no other");
                    return variantCase;
                }));
            case 0x70 -> new DefType.ListOf(use());
            case 0x6f -> new DefType.Tuple(in.readVector("elements", this::use));
            case 0x6e -> new DefType.Flags(in.readVector("flags", in::readName));
            case 0x6d -> new DefType.Enum(in.readVector("cases", in::readName));
            case 0x6b -> new DefType.Option(use());
            case 0x6a -> new DefType.Result(optionalUse(), optionalUse());
            case 0x69 -> new DefType.Own(in.readU32());
            case 0x68 -> new DefType.Borrow(in.readU32());
            case 0x67 -> new DefType.FixedListOf(use(), in.readU32());
            case 0x66 -> new DefType.StreamOf(optionalUse());
            case 0x65 -> new DefType.FutureOf(optionalUse());
            case 0x63 -> new DefType.MapOf(use(), use());
            default -> new DefType.Primitive(primitive(at, form));
        };
    }

    private static ValueType primitive(int at, int form) {
        return switch (form) {
            case 0x7f -> ValueType.Primitive.BOOL;
            case 0x7e -> ValueType.Primitive.S8;
            case 0x7d -> ValueType.Primitive.U8;
            case 0x7c -> ValueType.Primitive.S16;
            case 0x7b -> ValueType.Primitive.U16;
            case 0x7a -> ValueType.Primitive.S32;
            case 0x79 -> ValueType.Primitive.U32;
            case 0x78 -> ValueType.Primitive.S64;
            case 0x77 -> ValueType.Primitive.U64;
            case 0x76 -> ValueType.Primitive.F32;
            case 0x75 -> ValueType.Primitive.F64;
            case 0x74 -> ValueType.Primitive.CHAR;
            case 0x73 -> ValueType.Primitive.STRING;
            case 0x64 -> new ValueType.ErrorContextType();
            default -> throw unknown(at, "type", form);
        };
    }

    private List<DefType.Field> fields(String what) {
        return in.readVector(what, () -> new DefType.Field(in.readName(), use()));
    }

    private DefType.Use use() {
        int at = in.position();
        int first = in.peek();
        // Type opcodes are negative numbers of one byte, indices are numbers from 0 on.
        if ((first & 0xc0) == 0x40) {
            return new DefType.Use.Primitive(primitive(at, in.readByte()));
        }
        long index = in.readSigned(33);
        if (index < 0 || index > Integer.MAX_VALUE) {
            throw new BinaryException(at, index + " is neither a type nor the index of one");
        }
        return new DefType.Use.Index((int) index);
    }

    private boolean flag(String what) {
        int at = in.position();
        int flag = in.readByte();
        return switch (flag) {
            case 0x00 -> false;
            case 0x01 -> true;
            default -> throw unknown(at, "mark of an optional " + what, flag);
        };
    }

    private Optional<DefType.Use> optionalUse() {
        return flag("type") ? Optional.of(use()) : Optional.empty();
    }

    private Optional<DefType.Use> resultList() {
        int at = in.position();
        int form = in.readByte();
        return switch (form) {
            case 0x00 -> Optional.of(use());
            case 0x01 -> {
                expect(0x00, "the result of a function, which has one type or none");
                yield Optional.empty();
            }
            default -> throw unknown(at, "result list", form);
        };
    }

    private DefType.Declaration declaration(boolean ofComponent) {
        int at = in.position();
        int form = in.readByte();
        return switch (form) {
            case 0x00 -> new DefType.Declaration.OfCoreType(at, coreDefType());
            case 0x01 -> new DefType.Declaration.OfType(at, defType());
            case 0x02 -> new DefType.Declaration.OfAlias(at, alias());
            case 0x04 -> new DefType.Declaration.Export(at, externName(), externDesc());
            case 0x03 -> {
                if (!ofComponent) {
                    throw new BinaryException(at, "an instance type has an import");
                }
                yield new DefType.Declaration.Import(at, externName(), externDesc());
            }
            default -> throw unknown(at, "declaration", form);
        };
    }

    private AttributedName externName() {
        int at = in.position();
        int form = in.readByte();
        return switch (form) {
            case 0x00, 0x01 -> new AttributedName(in.readName());
            case 0x02 -> attributed(in.readName());
            default -> throw unknown(at, "form of an import or export name", form);
        };
    }

    private AttributedName attributed(String name) {
        var values = new ArrayList<Optional<String>>(Collections.nCopies(3, Optional.empty()));
        int count = in.readCount("attributes");
        for (int i = 0; i < count; i++) {
            int at = in.position();
            int kind = in.readByte();
            if (kind >= values.size()) {
                throw unknown(at, "attribute of a name", kind);
            }
            if (values.set(kind, Optional.of(in.readName())).isPresent()) {
                String attribute =
                        List.of("implements", "versionsuffix", "external-id").get(kind);
                throw new BinaryException(at, "the name " + quote(name) + " has the attribute " + attribute + " twice");
            }
        }
        return new AttributedName(name, values.get(0), values.get(1), values.get(2));
    }

    private ExternDesc externDesc() {
        int at = in.position();
        int form = in.readByte();
        return switch (form) {
            case 0x00 -> {
                expect(0x11, "a core import or export, which is a module");
                yield new ExternDesc.CoreModule(in.readU32());
            }
            case 0x01 -> new ExternDesc.Function(in.readU32());
            case 0x02 -> throw unsupported(at, "a value import or export");
            case 0x03 -> {
                int bound = in.readByte();
                yield switch (bound) {
                    case 0x00 -> new ExternDesc.TypeEq(in.readU32());
                    case 0x01 -> new ExternDesc.SubResource();
                    default -> throw unknown(at, "type bound", bound);
                };
            }
            case 0x04 -> new ExternDesc.Component(in.readU32());
            case 0x05 -> new ExternDesc.Instance(in.readU32());
            default -> throw unknown(at, "import or export type", form);
        };
    }

    private Definition export() {
        int at = in.position();
        return new Definition.Export(
                at,
                externName(),
                sort(),
                in.readU32(),
                flag("export type") ? Optional.of(externDesc()) : Optional.empty());
    }

    private Definition canonical() {
        int at = in.position();
        int form = in.readByte();
        return new Definition.Canonical(
                at,
                switch (form) {
                    case 0x00 -> {
                        expect(0x00, "canon lift, which lifts a function");
                        yield new CanonicalDefinition.Lift(in.readU32(), options(), in.readU32());
                    }
                    case 0x01 -> {
                        expect(0x00, "canon lower, which lowers a function");
                        yield new CanonicalDefinition.Lower(in.readU32(), options());
                    }
                    case 0x02 -> new CanonicalDefinition.ResourceNew(in.readU32());
                    case 0x03 -> new CanonicalDefinition.ResourceDrop(in.readU32());
                    case 0x04 -> new CanonicalDefinition.ResourceRep(in.readU32());
                    default -> builtin(at, form);
                });
    }

    private List<CanonicalOption> options() {
        return in.readVector("canonical options", () -> {
            int at = in.position();
            int form = in.readByte();
            return switch (form) {
                case 0x00 -> CanonicalOption.Encoding.UTF8;
                case 0x01 -> CanonicalOption.Encoding.UTF16;
                case 0x02 -> CanonicalOption.Encoding.LATIN1_UTF16;
                case 0x03 -> new CanonicalOption.Memory(in.readU32());
                case 0x04 -> new CanonicalOption.Realloc(in.readU32());
                case 0x05 -> new CanonicalOption.PostReturn(in.readU32());
                case 0x06 -> new CanonicalOption.Async();
                case 0x07 -> new CanonicalOption.Callback(in.readU32());
                case 0x08, 0x09 -> throw unsupported(at, "a canonical option of the GC proposal");
                default -> throw unknown(at, "canonical option", form);
            };
        });
    }

    private static CoreType.Function core(int parameters, CoreType.Value... results) {
        return new CoreType.Function(Collections.nCopies(parameters, CoreType.Value.I32), List.of(results));
    }

    /** The built-ins for asynchrony. */
    private CanonicalDefinition builtin(int at, int form) {
        return switch (form) {
            case 0x05 -> plain("task.cancel", core(0));
            case 0x06 -> {
                flag("async");
                yield plain("subtask.cancel", core(1, CoreType.Value.I32));
            }
            case 0x09 -> new CanonicalDefinition.TaskReturn(resultList(), options());
            case 0x0a -> new CanonicalDefinition.Context("context.get", CoreTypeReader.number(in), in.readU32(), false);
            case 0x0b -> new CanonicalDefinition.Context("context.set", CoreTypeReader.number(in), in.readU32(), true);
            case 0x0c -> suspending("thread.yield", 0);
            case 0x0d -> plain("subtask.drop", core(1));
            case 0x0e -> ends("stream.new", CanonicalDefinition.Transport.STREAM, core(0, CoreType.Value.I64));
            case 0x0f -> copy("stream.read", CanonicalDefinition.Transport.STREAM, true);
            case 0x10 -> copy("stream.write", CanonicalDefinition.Transport.STREAM, false);
            case 0x11 -> cancel("stream.cancel-read", CanonicalDefinition.Transport.STREAM);
            case 0x12 -> cancel("stream.cancel-write", CanonicalDefinition.Transport.STREAM);
            case 0x13 -> ends("stream.drop-readable", CanonicalDefinition.Transport.STREAM, core(1));
            case 0x14 -> ends("stream.drop-writable", CanonicalDefinition.Transport.STREAM, core(1));
            case 0x15 -> ends("future.new", CanonicalDefinition.Transport.FUTURE, core(0, CoreType.Value.I64));
            case 0x16 -> copy("future.read", CanonicalDefinition.Transport.FUTURE, true);
            case 0x17 -> copy("future.write", CanonicalDefinition.Transport.FUTURE, false);
            case 0x18 -> cancel("future.cancel-read", CanonicalDefinition.Transport.FUTURE);
            case 0x19 -> cancel("future.cancel-write", CanonicalDefinition.Transport.FUTURE);
            case 0x1a -> ends("future.drop-readable", CanonicalDefinition.Transport.FUTURE, core(1));
            case 0x1b -> ends("future.drop-writable", CanonicalDefinition.Transport.FUTURE, core(1));
            case 0x1c -> new CanonicalDefinition.ErrorContextNew(options());
            case 0x1d -> new CanonicalDefinition.ErrorContextDebugMessage(options());
            case 0x1e -> plain("error-context.drop", core(1));
            case 0x1f -> plain("waitable-set.new", core(0, CoreType.Value.I32));
            case 0x20 -> awaitWaitables("waitable-set.wait");
            case 0x21 -> awaitWaitables("waitable-set.poll");
            case 0x22 -> plain("waitable-set.drop", core(1));
            case 0x23 -> plain("waitable.join", core(2));
            case 0x24 -> plain("backpressure.inc", core(0));
            case 0x25 -> plain("backpressure.dec", core(0));
            case 0x26 -> plain("thread.index", core(0, CoreType.Value.I32));
            case 0x27 -> new CanonicalDefinition.ThreadNewIndirect(in.readU32(), in.readU32());
            case 0x28 -> plain("thread.resume-later", core(1));
            case 0x29 -> suspending("thread.suspend", 0);
            case 0x2a -> suspending("thread.suspend-then-resume", 1);
            case 0x2b -> suspending("thread.yield-then-resume", 1);
            case 0x2c -> suspending("thread.suspend-then-promote", 1);
            case 0x2d -> suspending("thread.yield-then-promote", 1);
            case 0x40 -> throw unsupported(at, "canon thread.spawn-ref");
            case 0x41 -> throw unsupported(at, "canon thread.spawn-indirect");
            case 0x42 -> throw unsupported(at, "canon thread.available-parallelism");
            default -> throw unknown(at, "canonical definition", form);
        };
    }

    private static CanonicalDefinition plain(String name, CoreType.Function type) {
        return new CanonicalDefinition.Plain(name, type);
    }

    private CanonicalDefinition suspending(String name, int parameters) {
        flag("cancellable");
        return plain(name, core(parameters, CoreType.Value.I32));
    }

    private CanonicalDefinition ends(String name, CanonicalDefinition.Transport transport, CoreType.Function type) {
        return new CanonicalDefinition.Ends(name, transport, in.readU32(), type);
    }

    private CanonicalDefinition cancel(String name, CanonicalDefinition.Transport transport) {
        CanonicalDefinition definition = ends(name, transport, core(1, CoreType.Value.I32));
        flag("async");
        return definition;
    }

    private CanonicalDefinition copy(String name, CanonicalDefinition.Transport transport, boolean read) {
        return new CanonicalDefinition.Copy(name, transport, read, in.readU32(), options());
    }

    private CanonicalDefinition awaitWaitables(String name) {
        flag("cancellable");
        return new CanonicalDefinition.AwaitWaitables(name, in.readU32());
    }

    static BinaryException unsupported(int at, String what) {
        return new BinaryException(at, "the component uses " + what + ", which this runtime does not support");
    }

    static BinaryException unknown(int at, String what, int value) {
        return new BinaryException(at, "found " + hex(value) + ", which is no " + what);
    }

    static String hex(int value) {
        return "0x%02x".formatted(value);
    }

    static String quote(String name) {
        return '"' + name + '"';
    }
}
