package io.torvyn.component.binary;

import io.torvyn.component.spi.CoreType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The types of the core specification, "Binary Format, Types", as core modules and core module types have them. */
final class CoreTypeReader {
    private static final long NO_MAXIMUM = -1;
    private static final long MAX_PAGES_32 = 1 << 16;
    private static final long MAX_PAGES_64 = 1L << 48;
    private static final long MAX_TABLE_ELEMENTS = 0xffff_ffffL;

    private static final int HAS_MAXIMUM = 1;
    private static final int SHARED = 2;
    private static final int OF_64_BITS = 4;
    private static final int PAGE_SIZE = 8;

    private CoreTypeReader() {}

    /** {@code rectype}. */
    static List<CoreDefType.Member> recursiveGroup(Cursor in) {
        if (in.peek() != 0x4e) {
            return List.of(member(in));
        }
        in.readByte();
        List<CoreDefType.Member> members = in.readVector("types", () -> member(in));
        return members.size() == 1
                ? members
                : members.stream().map(CoreDefType.Member::grouped).toList();
    }

    /** {@code subtype}. */
    private static CoreDefType.Member member(Cursor in) {
        int at = in.position();
        int form = in.peek();
        if (form != 0x50 && form != 0x4f) {
            return composite(in, at, false, List.of());
        }
        in.readByte();
        List<Integer> supertypes = in.readVector("supertypes", in::readU32);
        return composite(in, at, form == 0x50, supertypes);
    }

    private static CoreDefType.Member composite(Cursor in, int start, boolean extensible, List<Integer> supertypes) {
        int at = in.position();
        int form = in.readByte();
        List<Integer> references = new ArrayList<>();
        CoreDefType.Kind kind =
                switch (form) {
                    case 0x60 -> CoreDefType.Kind.FUNCTION;
                    case 0x5f -> CoreDefType.Kind.STRUCT;
                    case 0x5e -> CoreDefType.Kind.ARRAY;
                    case 0x65 -> throw ComponentDecoder.unsupported(at, "a shared core type");
                    default -> throw ComponentDecoder.unknown(at, "core type", form);
                };
        Optional<CoreType.Function> function =
                switch (kind) {
                    case FUNCTION -> function(in, references);
                    case STRUCT -> {
                        int count = in.readCount("fields");
                        for (int i = 0; i < count; i++) {
                            field(in, references);
                        }
                        yield Optional.empty();
                    }
                    case ARRAY -> {
                        field(in, references);
                        yield Optional.empty();
                    }
                };
        return new CoreDefType.Member(start, extensible, supertypes, kind, List.copyOf(references), function);
    }

    private static Optional<CoreType.Function> function(Cursor in, List<Integer> references) {
        var parameters = new ArrayList<CoreType.Value>();
        var results = new ArrayList<CoreType.Value>();
        boolean known = values(in, "parameters", parameters, references);
        known &= values(in, "results", results, references);
        return known ? Optional.of(new CoreType.Function(parameters, results)) : Optional.empty();
    }

    /** False when there is a reference among them that is neither {@code funcref} nor {@code externref}. */
    private static boolean values(Cursor in, String what, List<CoreType.Value> values, List<Integer> references) {
        boolean known = true;
        int count = in.readCount(what);
        for (int i = 0; i < count; i++) {
            CoreType.Value value = value(in, references);
            if (value == null) {
                known = false;
            } else {
                values.add(value);
            }
        }
        return known;
    }

    private static void field(Cursor in, List<Integer> references) {
        int packed = in.peek();
        if (packed == 0x77 || packed == 0x78) { // i16, i8
            in.readByte();
        } else {
            value(in, references);
        }
        mutability(in);
    }

    static boolean mutability(Cursor in) {
        int at = in.position();
        int mutability = in.readByte();
        return switch (mutability) {
            case 0x00 -> false;
            case 0x01 -> true;
            default -> throw ComponentDecoder.unknown(at, "mutability", mutability);
        };
    }

    /**
     * {@code valtype}.
     *
     * @return null for a reference that is neither {@code funcref} nor {@code externref}
     */
    static CoreType.@Nullable Value value(Cursor in, List<Integer> references) {
        int at = in.position();
        int code = in.readByte();
        return switch (code) {
            case 0x7f, 0x7e, 0x7d, 0x7c -> number(at, code);
            case 0x7b -> CoreType.Value.V128;
            case 0x70 -> CoreType.Value.FUNCREF;
            case 0x6f -> CoreType.Value.EXTERNREF;
            case 0x69, 0x6a, 0x6b, 0x6c, 0x6d, 0x6e, 0x71, 0x72, 0x73, 0x74 -> null;
            case 0x63 ->
                switch (heapType(in, references)) {
                    case 0x70 -> CoreType.Value.FUNCREF;
                    case 0x6f -> CoreType.Value.EXTERNREF;
                    default -> null;
                };
            case 0x64 -> {
                heapType(in, references);
                yield null;
            }
            case 0x65 -> throw ComponentDecoder.unsupported(at, "a shared core type");
            default -> throw ComponentDecoder.unknown(at, "core value type", code);
        };
    }

    /** The byte of an abstract heap type; 0 for a type by its index. */
    private static int heapType(Cursor in, List<Integer> references) {
        int at = in.position();
        long type = in.readSigned(33);
        if (type > Integer.MAX_VALUE) {
            throw new BinaryException(at, "core type index " + type + " is out of range");
        }
        if (type >= 0) {
            references.add((int) type);
            return 0;
        }
        int code = (int) type & 0x7f;
        if (type < -0x40 || code < 0x69 || code > 0x74) {
            throw ComponentDecoder.unknown(at, "heap type", (int) type & 0xff);
        }
        return code;
    }

    /** A value type that is no reference and no vector. */
    static CoreType.Value number(Cursor in) {
        int at = in.position();
        return number(at, in.readByte());
    }

    private static CoreType.Value number(int at, int code) {
        return switch (code) {
            case 0x7f -> CoreType.Value.I32;
            case 0x7e -> CoreType.Value.I64;
            case 0x7d -> CoreType.Value.F32;
            case 0x7c -> CoreType.Value.F64;
            default -> throw ComponentDecoder.unknown(at, "core number type", code);
        };
    }

    /** {@code externtype}; with types that this runtime can tell apart. */
    static CoreDefType.Extern extern(Cursor in) {
        int at = in.position();
        int kind = in.readByte();
        return switch (kind) {
            case 0x00 -> new CoreDefType.Extern.Function(in.readU32());
            case 0x01 -> new CoreDefType.Extern.Resolved(comparable(at, table(in)));
            case 0x02 -> new CoreDefType.Extern.Resolved(memory(in));
            case 0x03 -> new CoreDefType.Extern.Resolved(comparable(at, global(in)));
            case 0x04 -> new CoreDefType.Extern.Tag(tag(in));
            default -> throw ComponentDecoder.unknown(at, "kind of core import or export", kind);
        };
    }

    /** Refuses what has no type that this runtime can tell from others, where it would have to. */
    static <T> T comparable(int at, @Nullable T type) {
        if (type == null) {
            throw ComponentDecoder.unsupported(
                    at, "a core import or export whose type has references other than funcref and externref");
        }
        return type;
    }

    /** The index of a tag's function type. */
    static int tag(Cursor in) {
        int at = in.position();
        int attribute = in.readByte();
        if (attribute != 0x00) {
            throw ComponentDecoder.unknown(at, "attribute of a tag", attribute);
        }
        return in.readU32();
    }

    static CoreType.@Nullable Table table(Cursor in) {
        CoreType.Value element = value(in, new ArrayList<>());
        int at = in.position();
        int flags = in.readByte();
        if (flags > HAS_MAXIMUM) {
            throw refusedLimits(at, "a table", flags);
        }
        long minimum = in.readU64();
        long maximum = flags == HAS_MAXIMUM ? in.readU64() : NO_MAXIMUM;
        checkLimits(at, "table", minimum, maximum, MAX_TABLE_ELEMENTS);
        return element == null ? null : new CoreType.Table(element, minimum, maximum);
    }

    static CoreType.Memory memory(Cursor in) {
        int at = in.position();
        int flags = in.readByte();
        if (flags >= PAGE_SIZE) {
            throw refusedLimits(at, "a memory", flags);
        }
        boolean memory64 = (flags & OF_64_BITS) != 0;
        boolean shared = (flags & SHARED) != 0;
        long minimum = in.readU64();
        long maximum = (flags & HAS_MAXIMUM) != 0 ? in.readU64() : NO_MAXIMUM;
        if (shared && maximum == NO_MAXIMUM) {
            throw new BinaryException(at, "a shared memory has no maximum");
        }
        checkLimits(at, "memory", minimum, maximum, memory64 ? MAX_PAGES_64 : MAX_PAGES_32);
        return new CoreType.Memory(minimum, maximum, shared, memory64);
    }

    private static BinaryException refusedLimits(int at, String what, int flags) {
        return ComponentDecoder.unsupported(
                at,
                what
                        + ((flags & PAGE_SIZE) != 0
                                ? " with pages of another size"
                                : (flags & OF_64_BITS) != 0
                                        ? " of 64 bits"
                                        : " with limits of kind " + ComponentDecoder.hex(flags)));
    }

    private static void checkLimits(int at, String what, long minimum, long maximum, long most) {
        boolean maximumFits = maximum == NO_MAXIMUM
                || (Long.compareUnsigned(maximum, most) <= 0 && Long.compareUnsigned(minimum, maximum) <= 0);
        if (Long.compareUnsigned(minimum, most) > 0 || !maximumFits) {
            throw new BinaryException(
                    at,
                    "the limits of a " + what + " are wrong: at least "
                            + Long.toUnsignedString(minimum)
                            + (maximum == NO_MAXIMUM ? "" : ", at most " + Long.toUnsignedString(maximum)));
        }
    }

    static CoreType.@Nullable Global global(Cursor in) {
        CoreType.Value type = value(in, new ArrayList<>());
        boolean mutable = mutability(in);
        return type == null ? null : new CoreType.Global(type, mutable);
    }
}
