package io.torvyn.engine.endive;

import io.torvyn.component.spi.CoreMemory;
import io.torvyn.component.spi.CoreTrap;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import run.endive.runtime.ConstantEvaluators;
import run.endive.runtime.Instance;
import run.endive.runtime.Memory;
import run.endive.wasm.types.ActiveDataSegment;
import run.endive.wasm.types.DataSegment;
import run.endive.wasm.types.MemoryLimits;
import run.endive.wasm.types.PassiveDataSegment;

/**
 * A linear memory in one {@code byte[]}, as Endive's code and the host see it.
 *
 * <p>Used by one thread at a time. Each core instance that can reach the memory has a {@linkplain #window window} of
 * its own on it: same bytes, own data segments.
 */
final class FlatMemory implements Memory, CoreMemory {
    /*
     * The array is exactly as long as the memory, so its length is the bounds check, and growing means a new array for
     * all windows. A plain, non-final field: measured to be within a few per cent of a constant, while anything that
     * adds a second check (a maximum-sized array, a MemorySegment) costs 7 to 12 % in bulk and more in loops.
     *
     * Single values are left to the array's own check, and its exception is made into a trap: comparing first costs
     * 10 % in a guest's loops, and HotSpot drops the stack trace of an exception that is thrown often, but not of
     * ours. Single bytes are 5 % faster with checkIndex than with the check that comes with the array.
     *
     * Windows exist because memory.init names a data segment of the executing instance, but Endive 1.0.0 only tells
     * the memory the segment's number. They are all of this one class, so calls to it stay monomorphic.
     */
    private static final VarHandle SHORT = view(short[].class);
    private static final VarHandle INT = view(int[].class);
    private static final VarHandle LONG = view(long[].class);
    private static final VarHandle FLOAT = view(float[].class);
    private static final VarHandle DOUBLE = view(double[].class);

    private byte[] bytes;
    private DataSegment[] segments = {};
    private final int initialPages;
    private final int maximumPages;
    private final long limitBytes;
    private final Fuel fuel;
    private final CallDepth depth;
    private final List<FlatMemory> windows;
    /** What the last attempt to grow was refused for, when that was the host's limit. */
    private @Nullable CoreTrap refused;

    /** What the imports of this window's instance are; null when that has to be found out. */
    @Nullable
    Linkage linkage;

    private @Nullable Object[] receivers = {};
    private int relinked;

    /**
     * @param limitBytes what the host allows; the module's own maximum holds beside it
     * @param fuel of those who use it
     * @param depth of their calls
     * @throws EndiveTrap when the memory would start out beyond the limit
     */
    FlatMemory(MemoryLimits declared, long limitBytes, Fuel fuel, CallDepth depth) {
        this.fuel = fuel;
        this.depth = depth;
        initialPages = declared.initialPages();
        maximumPages = Math.min(declared.maximumPages(), RUNTIME_MAX_PAGES);
        this.limitBytes = limitBytes;
        long size = (long) initialPages * PAGE_SIZE;
        long limit = Math.min(limitBytes, (long) RUNTIME_MAX_PAGES * PAGE_SIZE);
        if (size > limit) {
            throw new EndiveTrap(
                    CoreTrap.Kind.MEMORY_LIMIT,
                    "a memory wants to start with " + size + " bytes, the limit is " + limit,
                    size,
                    limit);
        }
        try {
            bytes = new byte[(int) size];
        } catch (OutOfMemoryError e) {
            throw new EndiveTrap(
                    CoreTrap.Kind.MEMORY_LIMIT,
                    "a memory wants to start with " + size + " bytes, which the Java heap does not have",
                    size,
                    limit);
        }
        windows = new ArrayList<>(List.of(this));
    }

    private FlatMemory(FlatMemory shared) {
        bytes = shared.bytes;
        initialPages = shared.initialPages;
        maximumPages = shared.maximumPages;
        limitBytes = shared.limitBytes;
        fuel = shared.fuel;
        depth = shared.depth;
        windows = shared.windows;
        windows.add(this);
    }

    private static VarHandle view(Class<?> array) {
        return MethodHandles.byteArrayViewVarHandle(array, ByteOrder.LITTLE_ENDIAN)
                .withInvokeExactBehavior();
    }

    /** The same memory for another instance. */
    FlatMemory window() {
        return new FlatMemory(this);
    }

    /** What compiled code that counts finds here, since every function gets its memory. */
    Fuel fuel() {
        return fuel;
    }

    /** The same for code that counts how deeply its calls are nested. */
    CallDepth depth() {
        return depth;
    }

    /** Host functions that stand behind a table are followed so many times, and looked up in each call from then on. */
    private static final int MOST_RELINKED = 16;

    /** @param imports the receivers of the host functions among the imports */
    Linkage link(Linkage found, @Nullable Object[] imports) {
        Linkage now = relinked++ < MOST_RELINKED ? found : Linkage.NONE;
        linkage = now;
        receivers = imports;
        return now;
    }

    /** A table through which the instance calls imports has changed. */
    void unlink() {
        if (linkage != Linkage.NONE) {
            linkage = null;
        }
    }

    /** The receiver of an import of the linkage. */
    @Nullable
    Object receiver(int imported) {
        return receivers[imported];
    }

    private EndiveTrap outOfBounds(int address, long length) {
        return new EndiveTrap(
                CoreTrap.Kind.MEMORY_OUT_OF_BOUNDS,
                "out of bounds memory access: " + length + " bytes at " + Integer.toUnsignedLong(address)
                        + ", the memory has " + bytes.length);
    }

    @Override
    public long byteSize() {
        return bytes.length;
    }

    @Override
    public int pages() {
        return bytes.length / PAGE_SIZE;
    }

    private CoreTrap refused(long bytes) {
        return new CoreTrap(
                CoreTrap.Kind.MEMORY_LIMIT, CoreTrap.Kind.MEMORY_LIMIT.text(), List.of(), bytes, limitBytes);
    }

    private void note(@Nullable CoreTrap refusal) {
        for (FlatMemory window : windows) {
            window.refused = refusal;
        }
    }

    @Nullable
    CoreTrap refusedGrowth() {
        return refused;
    }

    @Override
    public int grow(int pages) {
        int before = pages();
        if (pages == 0) {
            return before;
        }
        long after = before + Integer.toUnsignedLong(pages);
        if (after > maximumPages || after * PAGE_SIZE > limitBytes) {
            note(after > maximumPages ? null : refused(after * PAGE_SIZE));
            return -1;
        }
        byte[] grown;
        try {
            grown = Arrays.copyOf(bytes, (int) after * PAGE_SIZE);
        } catch (OutOfMemoryError e) {
            note(refused(after * PAGE_SIZE));
            return -1; // a guest must not be able to exhaust the heap with it
        }
        note(null);
        for (FlatMemory window : windows) {
            window.bytes = grown;
        }
        return before;
    }

    @Override
    public int initialPages() {
        return initialPages;
    }

    @Override
    public int maximumPages() {
        return maximumPages;
    }

    @Override
    public boolean shared() {
        return false;
    }

    @Override
    public byte read(int address) {
        byte[] memory = bytes;
        try {
            return memory[Objects.checkIndex(address, memory.length)];
        } catch (IndexOutOfBoundsException e) {
            throw outOfBounds(address, 1);
        }
    }

    @Override
    public byte readByte(int address) {
        return read(address);
    }

    @Override
    public short readShort(int address) {
        try {
            return (short) SHORT.get(bytes, address);
        } catch (IndexOutOfBoundsException e) {
            throw outOfBounds(address, 2);
        }
    }

    @Override
    public int readInt(int address) {
        try {
            return (int) INT.get(bytes, address);
        } catch (IndexOutOfBoundsException e) {
            throw outOfBounds(address, 4);
        }
    }

    @Override
    public long readLong(int address) {
        try {
            return (long) LONG.get(bytes, address);
        } catch (IndexOutOfBoundsException e) {
            throw outOfBounds(address, 8);
        }
    }

    @Override
    public float readFloat(int address) {
        try {
            return (float) FLOAT.get(bytes, address);
        } catch (IndexOutOfBoundsException e) {
            throw outOfBounds(address, 4);
        }
    }

    @Override
    public double readDouble(int address) {
        try {
            return (double) DOUBLE.get(bytes, address);
        } catch (IndexOutOfBoundsException e) {
            throw outOfBounds(address, 8);
        }
    }

    @Override
    public long readU16(int address) {
        return Short.toUnsignedLong(readShort(address));
    }

    @Override
    public long readF32(int address) {
        return readInt(address);
    }

    @Override
    public long readF64(int address) {
        return readLong(address);
    }

    @Override
    public void writeByte(int address, byte value) {
        byte[] memory = bytes;
        try {
            memory[Objects.checkIndex(address, memory.length)] = value;
        } catch (IndexOutOfBoundsException e) {
            throw outOfBounds(address, 1);
        }
    }

    @Override
    public void writeShort(int address, short value) {
        try {
            SHORT.set(bytes, address, value);
        } catch (IndexOutOfBoundsException e) {
            throw outOfBounds(address, 2);
        }
    }

    @Override
    public void writeInt(int address, int value) {
        try {
            INT.set(bytes, address, value);
        } catch (IndexOutOfBoundsException e) {
            throw outOfBounds(address, 4);
        }
    }

    @Override
    public void writeI32(int address, int value) {
        writeInt(address, value);
    }

    @Override
    public void writeLong(int address, long value) {
        try {
            LONG.set(bytes, address, value);
        } catch (IndexOutOfBoundsException e) {
            throw outOfBounds(address, 8);
        }
    }

    @Override
    public void writeF32(int address, float value) {
        try {
            FLOAT.set(bytes, address, value);
        } catch (IndexOutOfBoundsException e) {
            throw outOfBounds(address, 4);
        }
    }

    @Override
    public void writeF64(int address, double value) {
        try {
            DOUBLE.set(bytes, address, value);
        } catch (IndexOutOfBoundsException e) {
            throw outOfBounds(address, 8);
        }
    }

    @Override
    public void check(int address, int length) {
        if ((address | length) < 0 || length > bytes.length - address) {
            throw outOfBounds(address, Integer.toUnsignedLong(length));
        }
    }

    @Override
    public void read(int address, byte[] target, int offset, int length) {
        check(address, length);
        System.arraycopy(bytes, address, target, offset, length);
    }

    @Override
    public void write(int address, byte[] source, int offset, int length) {
        check(address, length);
        System.arraycopy(source, offset, bytes, address, length);
    }

    @Override
    public void read(int address, MemorySegment target, long offset, int length) {
        check(address, length);
        MemorySegment.copy(bytes, address, target, ValueLayout.JAVA_BYTE, offset, length);
    }

    @Override
    public void write(int address, MemorySegment source, long offset, int length) {
        check(address, length);
        MemorySegment.copy(source, ValueLayout.JAVA_BYTE, offset, bytes, address, length);
    }

    @Override
    public byte[] readBytes(int address, int length) {
        check(address, length);
        return Arrays.copyOfRange(bytes, address, address + length);
    }

    @Override
    public String readString(int address, int length, Charset charset) {
        check(address, length);
        return new String(bytes, address, length, charset);
    }

    @Override
    @SuppressWarnings("deprecation") // it takes the low half of each char, which is all of an ASCII one
    public void writeAscii(int address, String ascii) {
        int length = ascii.length();
        check(address, length);
        ascii.getBytes(0, length, bytes, address);
    }

    @Override
    public void copy(int target, int source, int length) {
        check(source, length);
        check(target, length);
        System.arraycopy(bytes, source, bytes, target, length);
    }

    /** {@code to} is the sum of two unsigned numbers, cut to 32 bits: where it wrapped it is below {@code from}. */
    @Override
    public void fill(byte value, int from, int to) {
        if (from < 0 || to < from || to > bytes.length) {
            throw outOfBounds(from, Integer.toUnsignedLong(to - from));
        }
        Arrays.fill(bytes, from, to, value);
    }

    @Override
    public void zero() {
        Arrays.fill(bytes, (byte) 0);
    }

    @Override
    public void initialize(Instance instance, DataSegment[] segments) {
        initialize(instance, segments, 0);
    }

    /**
     * Applies the active segments of this memory. The array is the instance's own, in which Endive notes what {@code
     * data.drop} drops; an active segment counts as dropped once it has been applied.
     */
    @Override
    public void initialize(Instance instance, DataSegment[] segments, int memoryIndex) {
        this.segments = segments;
        for (int i = 0; i < segments.length; i++) {
            if (segments[i] instanceof ActiveDataSegment active && active.index() == memoryIndex) {
                int address = (int) ConstantEvaluators.computeConstantValue(instance, active.offsetInstructions())[0];
                byte[] data = active.data();
                write(address, data, 0, data.length);
                segments[i] = PassiveDataSegment.EMPTY;
            }
        }
    }

    @Override
    public void initPassiveSegment(int segment, int address, int offset, int length) {
        byte[] data = segments[segment].data();
        if ((offset | length) < 0 || length > data.length - offset) {
            throw new EndiveTrap(
                    CoreTrap.Kind.MEMORY_OUT_OF_BOUNDS,
                    "out of bounds memory access: " + Integer.toUnsignedLong(length) + " bytes at "
                            + Integer.toUnsignedLong(offset) + " of data segment " + segment + ", which has "
                            + data.length);
        }
        write(address, data, offset, length);
    }

    @Override
    public void drop(int segment) {
        segments[segment] = PassiveDataSegment.EMPTY;
    }

    // Shared memories and atomic instructions are refused when a module is compiled, so nothing gets here.

    @Override
    @SuppressWarnings("removal") // the interface still has it
    public Object lock(int address) {
        throw new UnsupportedOperationException("atomic memory access");
    }

    @Override
    @SuppressWarnings("removal") // the interface still has it
    public int waitOn(int address, int expected, long timeout) {
        throw new UnsupportedOperationException("atomic memory access");
    }

    @Override
    @SuppressWarnings("removal") // the interface still has it
    public int waitOn(int address, long expected, long timeout) {
        throw new UnsupportedOperationException("atomic memory access");
    }

    @Override
    @SuppressWarnings("removal") // the interface still has it
    public int notify(int address, int maxThreads) {
        throw new UnsupportedOperationException("atomic memory access");
    }
}
