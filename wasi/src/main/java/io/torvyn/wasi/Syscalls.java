package io.torvyn.wasi;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the files of one component instance need of Linux: calls relative to an open directory, which NIO has only in
 * part. Files are numbers here, as they are there; every one that is opened is closed on {@code exec}.
 *
 * <p>Has the memory that the calls pass, and so belongs to one thread at a time.
 */
final class Syscalls {
    /*
     * Numbers and layouts are those of Linux, not of POSIX. struct stat differs from processor to processor, struct
     * statx does not; two of the flags of open do, and so do the numbers of all calls.
     *
     * All go by the one function of libc that makes any call of the kernel. A function of its own type has the JDK write
     * ten classes when it is linked, in each start: for the eighteen that were here before, these were a quarter of it.
     */
    private static final boolean ARM = isArm();

    static final int READ_ONLY = 0;
    static final int WRITE_ONLY = 1;
    static final int READ_WRITE = 2;
    static final int CREATE = 0x40;
    static final int EXCLUSIVE = 0x80;
    static final int TRUNCATE = 0x200;
    static final int PATH_ONLY = 0x20_0000;
    static final int DIRECTORY = ARM ? 0x4000 : 0x1_0000;
    private static final int NO_FOLLOW = ARM ? 0x8000 : 0x2_0000;
    private static final int NO_TERMINAL = 0x100;
    private static final int NON_BLOCKING = 0x800;
    private static final int CLOSE_ON_EXEC = 0x8_0000;

    private static final int AT_CURRENT = -100;
    private static final int AT_NO_FOLLOW = 0x100;
    private static final int AT_REMOVE_DIRECTORY = 0x200;
    private static final int AT_EMPTY_PATH = 0x1000;
    private static final int STATX_BASIC = 0x7ff;
    private static final int RWF_APPEND = 0x10;

    static final long TIME_NOW = (1 << 30) - 1;
    static final long TIME_OMIT = (1 << 30) - 2;

    /** The longest path, as the kernel has it. */
    static final int MAX_PATH = 4096;
    /** What one call moves at most. */
    static final int CHUNK = 1 << 17;

    private static final long CLOSE = number(3, 57);
    private static final long PREAD = number(17, 67);
    private static final long PWRITE = number(18, 68);
    private static final long FSYNC = number(74, 82);
    private static final long FDATASYNC = number(75, 83);
    private static final long FTRUNCATE = number(77, 46);
    private static final long GETDENTS = number(217, 61);
    private static final long FADVISE = number(221, 223);
    private static final long OPENAT = number(257, 56);
    private static final long MKDIRAT = number(258, 34);
    private static final long UNLINKAT = number(263, 35);
    private static final long RENAMEAT = number(264, 38);
    private static final long LINKAT = number(265, 37);
    private static final long SYMLINKAT = number(266, 36);
    private static final long READLINKAT = number(267, 78);
    private static final long UTIMENSAT = number(280, 88);
    private static final long PWRITEV2 = number(328, 287);
    private static final long STATX = number(332, 291);

    private static long number(long intel, long arm) {
        return ARM ? arm : intel;
    }

    private static boolean isArm() {
        return System.getProperty("os.arch").equals("aarch64");
    }

    private static boolean isIntel() {
        return System.getProperty("os.arch").equals("amd64");
    }

    /** Why there are no files for guests on this system; empty where there are. */
    static Optional<String> unavailable() {
        String system = System.getProperty("os.name") + " on " + System.getProperty("os.arch");
        if (!System.getProperty("os.name").equals("Linux") || !(ARM || isIntel())) {
            return Optional.of("directories can be granted on Linux only, on x86-64 or ARM64, and this is " + system);
        }
        return Optional.ofNullable(Libc.MISSING);
    }

    /** {@code long syscall(long number, ...)}; looked up when the first directory is granted to anybody. */
    private static final class Libc {
        private static final Linker LINKER = Linker.nativeLinker();

        static final MemoryLayout STATE = Linker.Option.captureStateLayout();
        static final VarHandle ERRNO = STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
        static final @Nullable String MISSING;
        static final MethodHandle SYSCALL;

        static {
            Optional<MemorySegment> symbol = LINKER.defaultLookup().find("syscall");
            MISSING = symbol.isPresent() ? null : "the C library of this system has no function syscall";
            SYSCALL = link(symbol.orElse(MemorySegment.ofAddress(1)));
        }

        @SuppressWarnings("restricted") // the type is that of libc
        private static MethodHandle link(MemorySegment symbol) {
            ValueLayout.OfLong number = ValueLayout.JAVA_LONG;
            return LINKER.downcallHandle(
                    symbol,
                    FunctionDescriptor.of(number, number, number, number, number, number, number, number),
                    Linker.Option.captureCallState("errno"),
                    Linker.Option.firstVariadicArg(1));
        }
    }

    /** The attributes of an object. Times are seconds and nanoseconds. */
    record Attributes(
            int mode,
            long links,
            long size,
            long inode,
            long device,
            long accessSeconds,
            int accessNanos,
            long modificationSeconds,
            int modificationNanos,
            long changeSeconds,
            int changeNanos) {
        boolean isDirectory() {
            return (mode & 0xf000) == 0x4000;
        }

        boolean isRegular() {
            return (mode & 0xf000) == 0x8000;
        }

        boolean isLink() {
            return (mode & 0xf000) == 0xa000;
        }
    }

    // Freed with the object, and all at once: `state` is handed to every call, which keeps the others in place. A guest
    // that never opens a file costs a page, one that does a good hundred KiB.
    private final Arena arena = Arena.ofAuto();
    private final MemorySegment state;
    private final MemorySegment path;
    private final MemorySegment otherPath;
    private final MemorySegment small;
    private @Nullable MemorySegment buffer;

    /** Only where nothing is {@link #unavailable}. */
    Syscalls() {
        state = arena.allocate(Libc.STATE);
        path = arena.allocate(MAX_PATH + 1L);
        otherPath = arena.allocate(MAX_PATH + 1L);
        small = arena.allocate(256, 8);
    }

    /** Where data are on their way between a file and a guest: {@link #CHUNK} bytes. */
    MemorySegment buffer() {
        MemorySegment b = buffer;
        if (b == null) {
            b = arena.allocate(CHUNK, 8);
            buffer = b;
        }
        return b;
    }

    private long call(long number, long a, long b, long c) throws ErrnoException {
        return call(number, a, b, c, 0, 0, 0);
    }

    /**
     * Makes a call of the kernel, again when a signal has interrupted it.
     *
     * @return what it gives, 0 or more
     */
    private long call(long number, long a, long b, long c, long d, long e, long f) throws ErrnoException {
        while (true) {
            long result;
            try {
                result = (long) Libc.SYSCALL.invokeExact(state, number, a, b, c, d, e, f);
            } catch (Throwable t) {
                throw unexpected(t);
            }
            if (result >= 0) {
                return result;
            }
            int errno = (int) Libc.ERRNO.get(state, 0L);
            if (errno != Errno.EINTR) {
                throw new ErrnoException(errno);
            }
        }
    }

    static RuntimeException unexpected(Throwable t) {
        if (t instanceof Error e) {
            throw e;
        }
        return t instanceof RuntimeException e ? e : new IllegalStateException(t);
    }

    /** @return the address of the text, which ends with a zero */
    private static long write(MemorySegment place, String text) throws ErrnoException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length >= MAX_PATH) {
            throw new ErrnoException(Errno.ENAMETOOLONG);
        }
        MemorySegment.copy(bytes, 0, place, ValueLayout.JAVA_BYTE, 0, bytes.length);
        place.set(ValueLayout.JAVA_BYTE, bytes.length, (byte) 0);
        return place.address();
    }

    /** Opens a directory by a path of the host's, links and all. */
    int openRoot(String hostPath) throws ErrnoException {
        return open(AT_CURRENT, write(path, hostPath), READ_ONLY | DIRECTORY | CLOSE_ON_EXEC, 0);
    }

    /**
     * Opens one name in a directory. A symbolic link is never followed, a terminal never taken, a pipe never waited for.
     *
     * @param name without a slash
     */
    int open(int directory, String name, int flags) throws ErrnoException {
        int careful = (flags & PATH_ONLY) == 0 ? NO_TERMINAL | NON_BLOCKING : 0;
        return open(directory, write(path, name), flags | NO_FOLLOW | CLOSE_ON_EXEC | careful, 0666);
    }

    private int open(int directory, long name, int flags, int mode) throws ErrnoException {
        return (int) call(OPENAT, directory, name, flags, mode, 0, 0);
    }

    void close(int file) {
        try {
            long ignored = (long) Libc.SYSCALL.invokeExact(state, CLOSE, (long) file, 0L, 0L, 0L, 0L, 0L);
            // it is closed whatever the answer
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /** Reads into {@link #buffer}; gives the number of bytes, 0 at the end. */
    int read(int file, int length, long offset) throws ErrnoException {
        return (int) call(PREAD, file, buffer().address(), Math.min(length, CHUNK), offset, 0, 0);
    }

    /** Writes what is in {@link #buffer}, from {@code from} on; gives how many bytes of it were taken. */
    int write(int file, int from, int length, long offset) throws ErrnoException {
        return (int) call(PWRITE, file, part(from, length), length, offset, 0, 0);
    }

    /** The same at the end of the file. */
    int append(int file, int from, int length) throws ErrnoException {
        small.set(ValueLayout.JAVA_LONG, 0, part(from, length));
        small.set(ValueLayout.JAVA_LONG, 8, length);
        return (int) call(PWRITEV2, file, small.address(), 1, 0, 0, RWF_APPEND);
    }

    private long part(int from, int length) {
        return buffer().asSlice(from, length).address();
    }

    /** Puts names of an open directory into {@link #buffer}; gives the number of bytes, 0 at the end. */
    int entries(int directory) throws ErrnoException {
        return (int) call(GETDENTS, directory, buffer().address(), CHUNK / 4);
    }

    /** Of the name itself, if it is a symbolic link. */
    Attributes attributes(int directory, String name) throws ErrnoException {
        return attributes(directory, write(path, name), AT_NO_FOLLOW);
    }

    Attributes attributes(int file) throws ErrnoException {
        return attributes(file, write(path, ""), AT_EMPTY_PATH);
    }

    private Attributes attributes(int directory, long name, int flags) throws ErrnoException {
        call(STATX, directory, name, flags, STATX_BASIC, small.address(), 0);
        return new Attributes(
                Short.toUnsignedInt(small.get(ValueLayout.JAVA_SHORT, 28)),
                Integer.toUnsignedLong(small.get(ValueLayout.JAVA_INT, 16)),
                small.get(ValueLayout.JAVA_LONG, 40),
                small.get(ValueLayout.JAVA_LONG, 32),
                small.get(ValueLayout.JAVA_LONG_UNALIGNED, 136),
                small.get(ValueLayout.JAVA_LONG, 64),
                small.get(ValueLayout.JAVA_INT, 72),
                small.get(ValueLayout.JAVA_LONG, 112),
                small.get(ValueLayout.JAVA_INT, 120),
                small.get(ValueLayout.JAVA_LONG, 96),
                small.get(ValueLayout.JAVA_INT, 104));
    }

    void makeDirectory(int directory, String name) throws ErrnoException {
        call(MKDIRAT, directory, write(path, name), 0777);
    }

    void makeLink(String text, int directory, String name) throws ErrnoException {
        call(SYMLINKAT, write(otherPath, text), directory, write(path, name));
    }

    /** The text of a symbolic link, as bytes. */
    byte[] readLink(int directory, String name) throws ErrnoException {
        long length = call(READLINKAT, directory, write(path, name), otherPath.address(), MAX_PATH, 0, 0);
        return otherPath.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
    }

    void link(int directory, String name, int newDirectory, String newName) throws ErrnoException {
        call(LINKAT, directory, write(path, name), newDirectory, write(otherPath, newName), 0, 0);
    }

    void rename(int directory, String name, int newDirectory, String newName) throws ErrnoException {
        call(RENAMEAT, directory, write(path, name), newDirectory, write(otherPath, newName), 0, 0);
    }

    void unlink(int directory, String name) throws ErrnoException {
        call(UNLINKAT, directory, write(path, name), 0);
    }

    void removeDirectory(int directory, String name) throws ErrnoException {
        call(UNLINKAT, directory, write(path, name), AT_REMOVE_DIRECTORY);
    }

    /** One time to set; {@code nanos} may be {@link #TIME_NOW} or {@link #TIME_OMIT}. */
    record Time(long seconds, long nanos) {}

    void setTimes(int file, Time access, Time modification) throws ErrnoException {
        setTimes(file, 0, access, modification, 0);
    }

    /** Of the name itself, if it is a symbolic link. */
    void setTimes(int directory, String name, Time access, Time modification) throws ErrnoException {
        setTimes(directory, write(path, name), access, modification, AT_NO_FOLLOW);
    }

    /** @param name 0 for the open file itself */
    private void setTimes(int directory, long name, Time access, Time modification, int flags) throws ErrnoException {
        small.set(ValueLayout.JAVA_LONG, 0, access.seconds());
        small.set(ValueLayout.JAVA_LONG, 8, access.nanos());
        small.set(ValueLayout.JAVA_LONG, 16, modification.seconds());
        small.set(ValueLayout.JAVA_LONG, 24, modification.nanos());
        call(UTIMENSAT, directory, name, small.address(), flags, 0, 0);
    }

    void truncate(int file, long size) throws ErrnoException {
        call(FTRUNCATE, file, size, 0);
    }

    void sync(int file) throws ErrnoException {
        call(FSYNC, file, 0, 0);
    }

    void syncData(int file) throws ErrnoException {
        call(FDATASYNC, file, 0, 0);
    }

    void advise(int file, long offset, long length, int advice) throws ErrnoException {
        call(FADVISE, file, offset, length, advice, 0, 0);
    }
}
