package io.torvyn.wasi;

import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
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
     * statx does not; two of the flags of open do, and so do the numbers of the two calls that libc may not have.
     */
    static final int READ_ONLY = 0;
    static final int WRITE_ONLY = 1;
    static final int READ_WRITE = 2;
    static final int CREATE = 0x40;
    static final int EXCLUSIVE = 0x80;
    static final int TRUNCATE = 0x200;
    static final int PATH_ONLY = 0x20_0000;
    static final int DIRECTORY;
    private static final int NO_FOLLOW;
    private static final int NO_TERMINAL = 0x100;
    private static final int NON_BLOCKING = 0x800;
    private static final int CLOSE_ON_EXEC = 0x8_0000;

    private static final int AT_CURRENT = -100;
    private static final int AT_NO_FOLLOW = 0x100;
    private static final int AT_REMOVE_DIRECTORY = 0x200;
    private static final int AT_EMPTY_PATH = 0x1000;
    private static final int STATX_BASIC = 0x7ff;
    private static final int RWF_APPEND = 0x10;
    private static final long GETDENTS;
    private static final long PWRITEV2;

    static final long TIME_NOW = (1 << 30) - 1;
    static final long TIME_OMIT = (1 << 30) - 2;

    /** The longest path, as the kernel has it. */
    static final int MAX_PATH = 4096;
    /** What one call moves at most. */
    static final int CHUNK = 1 << 17;

    static {
        boolean arm = isArm();
        DIRECTORY = arm ? 0x4000 : 0x1_0000;
        NO_FOLLOW = arm ? 0x8000 : 0x2_0000;
        GETDENTS = arm ? 61 : 217;
        PWRITEV2 = arm ? 287 : 328;
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
        if (!System.getProperty("os.name").equals("Linux") || !(isArm() || isIntel())) {
            return Optional.of("directories can be granted on Linux only, on x86-64 or ARM64, and this is " + system);
        }
        return Optional.ofNullable(Libc.MISSING);
    }

    /** The functions of libc; looked up when the first directory is granted to anybody. */
    private static final class Libc {
        private static final Linker LINKER = Linker.nativeLinker();
        private static final SymbolLookup LOOKUP = LINKER.defaultLookup();
        private static final AddressLayout POINTER = ValueLayout.ADDRESS;
        private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
        private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;

        static final MemoryLayout STATE = Linker.Option.captureStateLayout();
        static final VarHandle ERRNO = STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

        static @Nullable String MISSING;

        static final MethodHandle OPENAT = variadic("openat", 3, INT, INT, POINTER, INT, INT);
        static final MethodHandle CLOSE = function("close", INT, INT);
        static final MethodHandle PREAD = function("pread", LONG, INT, POINTER, LONG, LONG);
        static final MethodHandle PWRITE = function("pwrite", LONG, INT, POINTER, LONG, LONG);
        static final MethodHandle STATX = function("statx", INT, INT, POINTER, INT, INT, POINTER);
        static final MethodHandle MKDIRAT = function("mkdirat", INT, INT, POINTER, INT);
        static final MethodHandle SYMLINKAT = function("symlinkat", INT, POINTER, INT, POINTER);
        static final MethodHandle READLINKAT = function("readlinkat", LONG, INT, POINTER, POINTER, LONG);
        static final MethodHandle LINKAT = function("linkat", INT, INT, POINTER, INT, POINTER, INT);
        static final MethodHandle RENAMEAT = function("renameat", INT, INT, POINTER, INT, POINTER);
        static final MethodHandle UNLINKAT = function("unlinkat", INT, INT, POINTER, INT);
        static final MethodHandle UTIMENSAT = function("utimensat", INT, INT, POINTER, POINTER, INT);
        static final MethodHandle FUTIMENS = function("futimens", INT, INT, POINTER);
        static final MethodHandle FTRUNCATE = function("ftruncate", INT, INT, LONG);
        static final MethodHandle FSYNC = function("fsync", INT, INT);
        static final MethodHandle FDATASYNC = function("fdatasync", INT, INT);
        static final MethodHandle FADVISE = function("posix_fadvise", INT, INT, LONG, LONG, INT);
        static final MethodHandle SYSCALL = variadic("syscall", 1, LONG, LONG, LONG, LONG, LONG, LONG, LONG, LONG);

        private static MethodHandle function(String name, MemoryLayout result, MemoryLayout... parameters) {
            return find(name, FunctionDescriptor.of(result, parameters), Linker.Option.captureCallState("errno"));
        }

        private static MethodHandle variadic(String name, int fixed, MemoryLayout result, MemoryLayout... parameters) {
            return find(
                    name,
                    FunctionDescriptor.of(result, parameters),
                    Linker.Option.captureCallState("errno"),
                    Linker.Option.firstVariadicArg(fixed));
        }

        @SuppressWarnings("restricted") // the types are those of libc
        private static MethodHandle find(String name, FunctionDescriptor type, Linker.Option... options) {
            Optional<MemorySegment> symbol = LOOKUP.find(name);
            if (symbol.isEmpty()) {
                MISSING = "the C library of this system has no function " + name;
            }
            return LINKER.downcallHandle(symbol.orElse(MemorySegment.ofAddress(1)), type, options);
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

    // Freed with the object: a guest that never opens a file costs a page, one that does a good hundred KiB.
    private final MemorySegment state;
    private final MemorySegment path;
    private final MemorySegment otherPath;
    private final MemorySegment small;
    private @Nullable MemorySegment buffer;

    /** Only where nothing is {@link #unavailable}. */
    Syscalls() {
        Arena arena = Arena.ofAuto();
        state = arena.allocate(Libc.STATE);
        path = arena.allocate(MAX_PATH + 1L);
        otherPath = arena.allocate(MAX_PATH + 1L);
        small = arena.allocate(256, 8);
    }

    /** Where data are on their way between a file and a guest: {@link #CHUNK} bytes. */
    MemorySegment buffer() {
        MemorySegment b = buffer;
        if (b == null) {
            b = Arena.ofAuto().allocate(CHUNK, 8);
            buffer = b;
        }
        return b;
    }

    private interface Call {
        long run() throws Throwable;
    }

    /** Calls again what a signal has interrupted, and throws what libc reports. Calls that move data do so by themselves. */
    private long call(Call call) throws ErrnoException {
        while (true) {
            long result;
            try {
                result = call.run();
            } catch (Throwable t) {
                throw unexpected(t);
            }
            if (result >= 0) {
                return result;
            }
            checkInterrupted();
        }
    }

    /** Of a call that failed: nothing when it was because of a signal. */
    private void checkInterrupted() throws ErrnoException {
        int errno = (int) Libc.ERRNO.get(state, 0L);
        if (errno != Errno.EINTR) {
            throw new ErrnoException(errno);
        }
    }

    static RuntimeException unexpected(Throwable t) {
        if (t instanceof Error e) {
            throw e;
        }
        return t instanceof RuntimeException e ? e : new IllegalStateException(t);
    }

    private static MemorySegment write(MemorySegment place, String text) throws ErrnoException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length >= MAX_PATH) {
            throw new ErrnoException(Errno.ENAMETOOLONG);
        }
        MemorySegment.copy(bytes, 0, place, ValueLayout.JAVA_BYTE, 0, bytes.length);
        place.set(ValueLayout.JAVA_BYTE, bytes.length, (byte) 0);
        return place;
    }

    /** Opens a directory by a path of the host's, links and all. */
    int openRoot(String hostPath) throws ErrnoException {
        MemorySegment name = write(path, hostPath);
        return (int) call(
                () -> (int) Libc.OPENAT.invokeExact(state, AT_CURRENT, name, READ_ONLY | DIRECTORY | CLOSE_ON_EXEC, 0));
    }

    /**
     * Opens one name in a directory. A symbolic link is never followed, a terminal never taken, a pipe never waited for.
     *
     * @param name without a slash
     */
    int open(int directory, String name, int flags) throws ErrnoException {
        MemorySegment pathname = write(path, name);
        int careful = (flags & PATH_ONLY) == 0 ? NO_TERMINAL | NON_BLOCKING : 0;
        int all = flags | NO_FOLLOW | CLOSE_ON_EXEC | careful;
        return (int) call(() -> (int) Libc.OPENAT.invokeExact(state, directory, pathname, all, 0666));
    }

    void close(int file) {
        try {
            int ignored = (int) Libc.CLOSE.invokeExact(state, file); // it is closed whatever the answer
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /** Reads into {@link #buffer}; gives the number of bytes, 0 at the end. */
    int read(int file, int length, long offset) throws ErrnoException {
        MemorySegment target = buffer();
        long count = Math.min(length, CHUNK);
        while (true) {
            long result;
            try {
                result = (long) Libc.PREAD.invokeExact(state, file, target, count, offset);
            } catch (Throwable t) {
                throw unexpected(t);
            }
            if (result >= 0) {
                return (int) result;
            }
            checkInterrupted();
        }
    }

    /** Writes what is in {@link #buffer}, from {@code from} on; gives how many bytes of it were taken. */
    int write(int file, int from, int length, long offset) throws ErrnoException {
        MemorySegment source = from == 0 ? buffer() : buffer().asSlice(from, length);
        while (true) {
            long result;
            try {
                result = (long) Libc.PWRITE.invokeExact(state, file, source, (long) length, offset);
            } catch (Throwable t) {
                throw unexpected(t);
            }
            if (result >= 0) {
                return (int) result;
            }
            checkInterrupted();
        }
    }

    /** The same at the end of the file. */
    int append(int file, int from, int length) throws ErrnoException {
        small.set(ValueLayout.JAVA_LONG, 0, buffer().address() + from);
        small.set(ValueLayout.JAVA_LONG, 8, length);
        return (int) call(() -> (long)
                Libc.SYSCALL.invokeExact(state, PWRITEV2, (long) file, small.address(), 1L, 0L, 0L, (long) RWF_APPEND));
    }

    /** Puts names of an open directory into {@link #buffer}; gives the number of bytes, 0 at the end. */
    int entries(int directory) throws ErrnoException {
        long target = buffer().address();
        return (int) call(() -> (long)
                Libc.SYSCALL.invokeExact(state, GETDENTS, (long) directory, target, (long) CHUNK / 4, 0L, 0L, 0L));
    }

    /** Of the name itself, if it is a symbolic link. */
    Attributes attributes(int directory, String name) throws ErrnoException {
        return attributes(directory, write(path, name), AT_NO_FOLLOW);
    }

    Attributes attributes(int file) throws ErrnoException {
        return attributes(file, write(path, ""), AT_EMPTY_PATH);
    }

    private Attributes attributes(int directory, MemorySegment name, int flags) throws ErrnoException {
        call(() -> (int) Libc.STATX.invokeExact(state, directory, name, flags, STATX_BASIC, small));
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
        MemorySegment pathname = write(path, name);
        call(() -> (int) Libc.MKDIRAT.invokeExact(state, directory, pathname, 0777));
    }

    void makeLink(String text, int directory, String name) throws ErrnoException {
        MemorySegment target = write(otherPath, text);
        MemorySegment pathname = write(path, name);
        call(() -> (int) Libc.SYMLINKAT.invokeExact(state, target, directory, pathname));
    }

    /** The text of a symbolic link, as bytes. */
    byte[] readLink(int directory, String name) throws ErrnoException {
        MemorySegment pathname = write(path, name);
        long length =
                call(() -> (long) Libc.READLINKAT.invokeExact(state, directory, pathname, otherPath, (long) MAX_PATH));
        return otherPath.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
    }

    void link(int directory, String name, int newDirectory, String newName) throws ErrnoException {
        MemorySegment from = write(path, name);
        MemorySegment to = write(otherPath, newName);
        call(() -> (int) Libc.LINKAT.invokeExact(state, directory, from, newDirectory, to, 0));
    }

    void rename(int directory, String name, int newDirectory, String newName) throws ErrnoException {
        MemorySegment from = write(path, name);
        MemorySegment to = write(otherPath, newName);
        call(() -> (int) Libc.RENAMEAT.invokeExact(state, directory, from, newDirectory, to));
    }

    void unlink(int directory, String name) throws ErrnoException {
        MemorySegment pathname = write(path, name);
        call(() -> (int) Libc.UNLINKAT.invokeExact(state, directory, pathname, 0));
    }

    void removeDirectory(int directory, String name) throws ErrnoException {
        MemorySegment pathname = write(path, name);
        call(() -> (int) Libc.UNLINKAT.invokeExact(state, directory, pathname, AT_REMOVE_DIRECTORY));
    }

    /** One time to set; {@code nanos} may be {@link #TIME_NOW} or {@link #TIME_OMIT}. */
    record Time(long seconds, long nanos) {}

    void setTimes(int file, Time access, Time modification) throws ErrnoException {
        MemorySegment times = times(access, modification);
        call(() -> (int) Libc.FUTIMENS.invokeExact(state, file, times));
    }

    /** Of the name itself, if it is a symbolic link. */
    void setTimes(int directory, String name, Time access, Time modification) throws ErrnoException {
        MemorySegment pathname = write(path, name);
        MemorySegment times = times(access, modification);
        call(() -> (int) Libc.UTIMENSAT.invokeExact(state, directory, pathname, times, AT_NO_FOLLOW));
    }

    private MemorySegment times(Time access, Time modification) {
        small.set(ValueLayout.JAVA_LONG, 0, access.seconds());
        small.set(ValueLayout.JAVA_LONG, 8, access.nanos());
        small.set(ValueLayout.JAVA_LONG, 16, modification.seconds());
        small.set(ValueLayout.JAVA_LONG, 24, modification.nanos());
        return small;
    }

    void truncate(int file, long size) throws ErrnoException {
        call(() -> (int) Libc.FTRUNCATE.invokeExact(state, file, size));
    }

    void sync(int file) throws ErrnoException {
        call(() -> (int) Libc.FSYNC.invokeExact(state, file));
    }

    void syncData(int file) throws ErrnoException {
        call(() -> (int) Libc.FDATASYNC.invokeExact(state, file));
    }

    void advise(int file, long offset, long length, int advice) throws ErrnoException {
        int errno;
        try {
            errno = (int) Libc.FADVISE.invokeExact(state, file, offset, length, advice);
        } catch (Throwable t) {
            throw unexpected(t);
        }
        if (errno != 0) {
            throw new ErrnoException(errno);
        }
    }
}
