package io.torvyn.component;

import io.torvyn.component.spi.CoreMemory;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one {@code canon lift} or {@code canon lower} needs to move values: the options' memory, {@code realloc} and
 * string encoding, and the instance whose handle table it is. CanonicalABI.md, "Lifting and Lowering Context".
 *
 * <p>Generated bindings and the dynamic {@link Value} path both move everything through here. Owned by the instance's
 * thread. Whatever a guest does wrong ends in a {@link TrapException}.
 */
public final class LiftLowerContext {
    /** CanonicalABI.md, MAX_STRING_BYTE_LENGTH. */
    static final int MAX_STRING_BYTES = (1 << 28) - 1;

    /** CanonicalABI.md, MAX_LIST_BYTE_LENGTH. */
    static final int MAX_LIST_BYTES = (1 << 28) - 1;

    /**
     * What the lists and strings of one call may take in the host's heap, by estimate. A guest can have many of them
     * point to the same place and so make the host allocate far more than the guest's memory holds; the ABI bounds each
     * of them, this bounds all of one call, by as much.
     */
    static final long MAX_LIFTED_BYTES = 1L << 28;

    /** An element that is an object of its own, and the reference to it. */
    private static final int ELEMENT_BYTES = 24;

    /** What a byte of an element takes in the host: a boolean becomes a reference, and an option is an object. */
    private static final int BYTES_FOR_A_BYTE = 8;

    private static final String UNALIGNED = "unaligned pointer";
    private static final String LIST_OUTSIDE = "list content out-of-bounds";

    private final Instance instance;
    private final HandleTable handles;
    private final @Nullable CoreMemory memory;
    private final @Nullable Realloc realloc;
    private final StringEncoding encoding;
    private final @Nullable GuestBytes bytes;
    /** What is left of {@link #MAX_LIFTED_BYTES} for the call that {@link #chargedCall} is the number of. */
    private long liftable = MAX_LIFTED_BYTES;

    private int chargedCall;
    /** Strings that came in UTF-16 where Latin-1 was allowed: what else their source says, they show themselves. */
    private final Set<String> liftedAsUtf16 = Collections.newSetFromMap(new IdentityHashMap<>());

    LiftLowerContext(
            Instance instance, @Nullable CoreMemory memory, @Nullable Realloc realloc, StringEncoding encoding) {
        this.instance = instance;
        this.handles = instance.handles();
        this.memory = memory;
        this.realloc = realloc;
        this.encoding = encoding;
        this.bytes = memory == null ? null : new GuestBytes(memory);
    }

    public Instance instance() {
        return instance;
    }

    public HandleTable handles() {
        return handles;
    }

    /**
     * The memory of the options.
     *
     * @throws TrapException when the options name none; validation has seen to it that no function that needs one gets
     *     here
     */
    public CoreMemory memory() {
        CoreMemory m = memory;
        if (m == null) {
            throw new TrapException("a value was passed through memory, but the canonical options name no memory");
        }
        return m;
    }

    /**
     * Has the guest find room: {@code realloc(0, 0, align, size)}, also for 0 bytes. {@code may_leave} is false
     * meanwhile.
     *
     * @param align a power of two
     * @param size in bytes, unsigned
     * @return an address that is aligned and has {@code size} bytes behind it
     */
    public int realloc(int align, int size) {
        return realloc(0, 0, align, size);
    }

    int realloc(int oldAddress, int oldSize, int align, int size) {
        return realloc(oldAddress, oldSize, align, size, "");
    }

    /** @param problem what it means when there is no such place, for messages; may be empty */
    int realloc(int oldAddress, int oldSize, int align, int size, String problem) {
        Realloc r = realloc;
        if (r == null) {
            throw new TrapException("a value has to be put into memory, but the canonical options name no realloc");
        }
        boolean mayLeave = instance.forbidLeaving();
        int address = r.call(oldAddress, oldSize, align, size);
        instance.restoreLeaving(mayLeave);
        if ((address & (align - 1)) != 0) {
            throw new TrapException(UNALIGNED + " (realloc return: result not aligned)");
        }
        CoreMemory m = memory();
        try {
            m.check(address, size);
        } catch (RuntimeException e) {
            String what = "realloc return: beyond end of memory";
            throw new TrapException(problem.isEmpty() ? what : problem + " (" + what + ")", e);
        }
        return address;
    }

    /** Checks the place that a guest gave for a value in memory. */
    public void checkPlace(int address, int align, int size) {
        if ((address & (align - 1)) != 0) {
            throw new TrapException(UNALIGNED);
        }
        memory().check(address, size);
    }

    /**
     * The same for what a list or string consists of.
     *
     * @param problem what to say when it lies outside
     */
    void checkContent(int address, int align, int size, String problem) {
        if ((address & (align - 1)) != 0) {
            throw new TrapException(UNALIGNED);
        }
        CoreMemory m = memory();
        try {
            m.check(address, size);
        } catch (RuntimeException e) {
            throw new TrapException(problem, e);
        }
    }

    /** A {@code list<u8>} where it lies; valid until the next one is asked for. */
    public GuestBytes loadBytes(int address, int length) {
        if (length < 0 || length > MAX_LIST_BYTES) {
            throw new TrapException("list of " + Integer.toUnsignedString(length) + " bytes is too long");
        }
        checkContent(address, 1, length, LIST_OUTSIDE);
        GuestBytes b = bytes;
        if (b == null) {
            throw new AssertionError("memory() has thrown");
        }
        return b.at(address, length);
    }

    /** The same as a view of its own, for a call that gets several. */
    public GuestBytes loadBytesApart(int address, int length) {
        checkListPlace(address, length, 1, 1);
        return new GuestBytes(memory()).at(address, length);
    }

    /** The same as a copy, which outlives the call. */
    public Bytes copyBytes(int address, int length) {
        checkListPlace(address, length, 1, 1);
        charge(length);
        return length == 0 ? Bytes.EMPTY : Bytes.read(memory(), address, length);
    }

    /**
     * The same into an array, when it has room for it behind {@code offset}; else nothing is copied.
     *
     * @return {@code length}
     */
    public int readBytes(int address, int length, byte[] target, int offset) {
        checkListPlace(address, length, 1, 1);
        if (offset >= 0 && length <= target.length - offset) {
            memory().read(address, target, offset, length);
        }
        return length;
    }

    /**
     * Checks the place that a guest gave for a list whose elements become objects: CanonicalABI.md,
     * "load_list_from_range".
     *
     * @param length in elements, unsigned
     * @throws TrapException also when the lists and strings of the call are too large for the host by now
     */
    public void checkList(int address, int length, int align, int elementSize) {
        checkListPlace(address, length, align, elementSize);
        charge((long) length * (ELEMENT_BYTES + BYTES_FOR_A_BYTE * (long) elementSize));
    }

    /**
     * Lifts a list by one copy: CanonicalABI.md, "load_list_from_range". It never changes.
     *
     * @param length in elements, unsigned
     */
    public <E> List<E> copyList(int address, int length, PackedElement<E> element) {
        checkListPlace(address, length, element.align(), element.size());
        charge((long) length * element.size());
        return length == 0 ? List.of() : PackedList.read(element, memory(), address, length);
    }

    /**
     * Lowers a list by one copy, where it was lifted by one.
     *
     * @param address from {@link #reallocList}
     * @return false when that was not so: each element is to be stored then
     */
    public boolean storePacked(List<?> list, PackedElement<?> element, int address) {
        if (list instanceof PackedList<?> packed && packed.isOf(element)) {
            packed.writeTo(memory(), address);
            return true;
        }
        return false;
    }

    /** The same of a list that is taken account of by itself. */
    void checkListPlace(int address, int length, int align, int elementSize) {
        long bytes = Integer.toUnsignedLong(length) * elementSize;
        if (bytes > MAX_LIST_BYTES) {
            throw new TrapException("list of " + Integer.toUnsignedString(length) + " elements is too long");
        }
        checkContent(address, align, (int) bytes, LIST_OUTSIDE);
    }

    /**
     * Takes account of what is about to be lifted.
     *
     * @param heapBytes that the host will need for it, by estimate
     */
    void charge(long heapBytes) {
        int call = instance.calls();
        if (call != chargedCall) {
            chargedCall = call;
            liftable = MAX_LIFTED_BYTES;
        }
        liftable -= heapBytes;
        if (liftable < 0) {
            throw new TrapException("lists and strings of one call are too large for the host");
        }
    }

    /**
     * Has the guest find room for a list: CanonicalABI.md, "store_list_into_range".
     *
     * @param length in elements
     */
    public int reallocList(int length, int align, int elementSize) {
        long bytes = (long) length * elementSize;
        if (bytes > MAX_LIST_BYTES) {
            throw new TrapException("list of " + length + " elements is too long");
        }
        return realloc(0, 0, align, (int) bytes, LIST_OUTSIDE);
    }

    /**
     * Puts bytes into guest memory, with room from {@code realloc}.
     *
     * @return their address in the low half, their length in the high half
     */
    public long storeBytes(ByteSource source) {
        int length = source.length();
        int address = realloc(0, 0, 1, length, LIST_OUTSIDE);
        if (length != 0) {
            source.writeTo(memory(), address);
        }
        return pack(address, length);
    }

    /** The same for a part of an array. */
    public long storeBytes(byte[] source, int offset, int length) {
        int address = realloc(0, 0, 1, length, LIST_OUTSIDE);
        if (length != 0) {
            memory().write(address, source, offset, length);
        }
        return pack(address, length);
    }

    /**
     * Lifts a string: CanonicalABI.md, "load_string_from_range".
     *
     * @param taggedCodeUnits the length as the encoding counts it
     */
    public String loadString(int address, int taggedCodeUnits) {
        return encoding.load(this, address, taggedCodeUnits);
    }

    /** The same of a string that may go to another component. */
    String liftString(int address, int taggedCodeUnits) {
        String string = loadString(address, taggedCodeUnits);
        if (encoding == StringEncoding.LATIN1_UTF16 && (taggedCodeUnits & StringEncoding.UTF16_TAG) != 0) {
            liftedAsUtf16.add(string);
        }
        return string;
    }

    /** Of a string that {@link #liftString} has given in this call. */
    boolean liftedAsLatin1(String string) {
        return !liftedAsUtf16.contains(string);
    }

    /** What was lifted has reached whoever it was for. */
    void forgetLifted() {
        liftedAsUtf16.clear();
    }

    StringEncoding encoding() {
        return encoding;
    }

    /**
     * Lowers a string: CanonicalABI.md, "store_string_into_range".
     *
     * @return its address in the low half, its length as the encoding counts it in the high half
     */
    public long storeString(String string) {
        return encoding.store(this, string);
    }

    /**
     * Lifts a {@code char}.
     *
     * @throws TrapException when it is no Unicode scalar value
     */
    public static int loadChar(int codePoint) {
        if (!Value.isScalarValue(codePoint)) {
            throw new TrapException("invalid `char` bit pattern: 0x" + Integer.toHexString(codePoint));
        }
        return codePoint;
    }

    /**
     * Lowers a {@code char}.
     *
     * @throws IllegalArgumentException when it is no Unicode scalar value
     */
    public static int storeChar(int codePoint) {
        if (!Value.isScalarValue(codePoint)) {
            throw new IllegalArgumentException("not a Unicode scalar value: 0x" + Integer.toHexString(codePoint));
        }
        return codePoint;
    }

    /** What to throw for a discriminant that the type does not have. */
    public static TrapException unknownCase(String type, int discriminant) {
        return new TrapException(
                "invalid variant discriminant " + Integer.toUnsignedString(discriminant) + " for " + type);
    }

    /** The address and length of a string or list in one {@code long}. */
    public static long pack(int address, int length) {
        return ((length & 0xffff_ffffL) << 32) | (address & 0xffff_ffffL);
    }

    public static int address(long packed) {
        return (int) packed;
    }

    public static int length(long packed) {
        return (int) (packed >>> 32);
    }
}
