package io.torvyn.wasi;

import io.torvyn.component.ByteSource;
import io.torvyn.component.GuestBytes;
import io.torvyn.component.Result;
import io.torvyn.wasi.FilesystemTypes.DescriptorFlags;
import io.torvyn.wasi.FilesystemTypes.ErrorCode;
import io.torvyn.wasi.FilesystemTypes.OpenFlags;
import io.torvyn.wasi.FilesystemTypes.PathFlags;
import java.security.SecureRandom;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A file or directory as a guest holds it. What fails, and with which error, is as it is in Wasmtime, also where the WIT
 * files have another one: what may not be written is {@code not-permitted}, not {@code read-only}.
 */
final class GuestDescriptor implements FilesystemTypes.Descriptor {
    /** Devices and inodes are not for guests to see, nor to be found out. */
    private static final long SECRET = new SecureRandom().nextLong();

    private final OpenFile file;
    private final Syscalls calls;

    /** @param file released when the guest drops its handle */
    GuestDescriptor(OpenFile file) {
        this.file = file;
        this.calls = file.calls();
    }

    @Override
    public void drop() {
        file.release();
    }

    private interface Operation<T> {
        T run() throws ErrnoException;
    }

    private interface Action {
        void run() throws ErrnoException;
    }

    private <T> Result<T, ErrorCode> attempt(Operation<T> operation) {
        try {
            return Result.ok(operation.run());
        } catch (ErrnoException e) {
            return Result.err(told(e));
        }
    }

    private Result<@Nullable Void, ErrorCode> act(Action action) {
        try {
            action.run();
            return Result.ok();
        } catch (ErrnoException e) {
            return Result.err(told(e));
        }
    }

    private ErrorCode told(ErrnoException e) {
        if (e.isEscape()) {
            file.files().escape(file.grant());
        }
        return e.code();
    }

    private void checkFile() throws ErrnoException {
        if (file.isDirectory()) {
            throw new ErrnoException(Errno.EBADF);
        }
    }

    private void checkDirectory() throws ErrnoException {
        if (!file.isDirectory()) {
            throw new ErrnoException(Errno.ENOTDIR);
        }
    }

    private void checkWritable() throws ErrnoException {
        if (!file.grant().writable()) {
            file.files().refused(file.grant(), true);
            throw new ErrnoException(Errno.EPERM);
        }
        file.files().used(file.grant(), true);
    }

    private void checkReadable() throws ErrnoException {
        if (!file.grant().readable()) {
            file.files().refused(file.grant(), false);
            throw new ErrnoException(Errno.EPERM);
        }
        file.files().used(file.grant(), false);
    }

    /** Of a name that is to be changed. */
    private Place place(String path) throws ErrnoException {
        checkDirectory();
        checkWritable();
        return Place.resolve(calls, file.number(), path, false);
    }

    /** Of a name that is looked at. */
    private Place place(Set<PathFlags> flags, String path) throws ErrnoException {
        checkDirectory();
        boolean follow = flags.contains(PathFlags.SYMLINK_FOLLOW) || Place.endsAsDirectory(path);
        return Place.resolve(calls, file.number(), path, follow);
    }

    // Data

    @Override
    public Result<Streams.InputStream, ErrorCode> readViaStream(long offset) {
        if (file.isDirectory()) {
            return Result.err(ErrorCode.IS_DIRECTORY);
        }
        return Result.ok(new FileInput(file.retain(), offset));
    }

    @Override
    public Result<Streams.OutputStream, ErrorCode> writeViaStream(long offset) {
        return attempt(() -> {
            checkFile();
            checkWritable();
            return FileOutput.at(file.retain(), offset);
        });
    }

    @Override
    public Result<Streams.OutputStream, ErrorCode> appendViaStream() {
        return attempt(() -> {
            checkFile();
            checkWritable();
            return FileOutput.atEnd(file.retain());
        });
    }

    @Override
    public Result<Tuple2<ByteSource, Boolean>, ErrorCode> read(long length, long offset) {
        return attempt(() -> {
            checkFile();
            int wanted = length < 0 || length > Syscalls.CHUNK ? Syscalls.CHUNK : (int) length;
            int count = calls.read(file.number(), wanted, offset);
            return new Tuple2<>(new NativeBytes(calls.buffer()).first(count), count == 0);
        });
    }

    @Override
    public Result<Long, ErrorCode> write(GuestBytes buffer, long offset) {
        return attempt(() -> {
            checkFile();
            checkWritable();
            int count = Math.min(buffer.length(), Syscalls.CHUNK);
            buffer.copyTo(0, calls.buffer(), 0, count);
            return (long) calls.write(file.number(), 0, count, offset);
        });
    }

    @Override
    public Result<@Nullable Void, ErrorCode> setSize(long size) {
        return act(() -> {
            checkFile();
            checkWritable();
            calls.truncate(file.number(), size);
        });
    }

    @Override
    public Result<@Nullable Void, ErrorCode> advise(long offset, long length, FilesystemTypes.Advice advice) {
        return act(() -> {
            checkFile();
            int number =
                    switch (advice) {
                        case NORMAL -> 0;
                        case RANDOM -> 1;
                        case SEQUENTIAL -> 2;
                        case WILL_NEED -> 3;
                        case DONT_NEED -> 4;
                        case NO_REUSE -> 5;
                    };
            calls.advise(file.number(), offset, length, number);
        });
    }

    @Override
    public Result<@Nullable Void, ErrorCode> sync() {
        return act(() -> DiskCall.make(calls, any -> any.sync(file.number())));
    }

    @Override
    public Result<@Nullable Void, ErrorCode> syncData() {
        return act(() -> DiskCall.make(calls, any -> any.syncData(file.number())));
    }

    // What is known of objects

    @Override
    public Result<Set<DescriptorFlags>, ErrorCode> getFlags() {
        return Result.ok(file.mode());
    }

    @Override
    public Result<FilesystemTypes.DescriptorType, ErrorCode> getType() {
        return attempt(() -> type(calls.attributes(file.number()).mode()));
    }

    @Override
    public Result<FilesystemTypes.DescriptorStat, ErrorCode> stat() {
        return attempt(() -> stat(calls.attributes(file.number())));
    }

    @Override
    public Result<FilesystemTypes.DescriptorStat, ErrorCode> statAt(Set<PathFlags> pathFlags, String path) {
        return attempt(() -> stat(attributesAt(pathFlags, path)));
    }

    private Syscalls.Attributes attributesAt(Set<PathFlags> pathFlags, String path) throws ErrnoException {
        try (Place place = place(pathFlags, path)) {
            Syscalls.Attributes attributes = calls.attributes(place.directory(), place.name());
            if (place.directoryWanted() && !attributes.isDirectory()) {
                throw new ErrnoException(Errno.ENOTDIR);
            }
            return attributes;
        }
    }

    private static FilesystemTypes.DescriptorStat stat(Syscalls.Attributes a) {
        return new FilesystemTypes.DescriptorStat(
                type(a.mode()),
                a.links(),
                a.size(),
                time(a.accessSeconds(), a.accessNanos()),
                time(a.modificationSeconds(), a.modificationNanos()),
                time(a.changeSeconds(), a.changeNanos()));
    }

    /** What lies before 1970 has no place in a {@code datetime}. */
    private static Optional<WallClock.Datetime> time(long seconds, int nanos) {
        return seconds < 0 ? Optional.empty() : Optional.of(new WallClock.Datetime(seconds, nanos));
    }

    /** @param mode of which only the kind counts */
    static FilesystemTypes.DescriptorType type(int mode) {
        return switch (mode & 0xf000) {
            case 0x1000 -> FilesystemTypes.DescriptorType.FIFO;
            case 0x2000 -> FilesystemTypes.DescriptorType.CHARACTER_DEVICE;
            case 0x4000 -> FilesystemTypes.DescriptorType.DIRECTORY;
            case 0x6000 -> FilesystemTypes.DescriptorType.BLOCK_DEVICE;
            case 0x8000 -> FilesystemTypes.DescriptorType.REGULAR_FILE;
            case 0xa000 -> FilesystemTypes.DescriptorType.SYMBOLIC_LINK;
            case 0xc000 -> FilesystemTypes.DescriptorType.SOCKET;
            default -> FilesystemTypes.DescriptorType.UNKNOWN;
        };
    }

    @Override
    public boolean isSameObject(FilesystemTypes.Descriptor other) {
        try {
            Syscalls.Attributes mine = calls.attributes(file.number());
            Syscalls.Attributes its = calls.attributes(own(other).file.number());
            return mine.device() == its.device() && mine.inode() == its.inode();
        } catch (ErrnoException _) {
            return false;
        }
    }

    @Override
    public Result<FilesystemTypes.MetadataHashValue, ErrorCode> metadataHash() {
        return attempt(() -> hash(calls.attributes(file.number())));
    }

    @Override
    public Result<FilesystemTypes.MetadataHashValue, ErrorCode> metadataHashAt(Set<PathFlags> pathFlags, String path) {
        return attempt(() -> hash(attributesAt(pathFlags, path)));
    }

    /** Of what makes the object itself: programs take it for an inode, which does not change with the contents. */
    private static FilesystemTypes.MetadataHashValue hash(Syscalls.Attributes a) {
        long lower = mixed(mixed(SECRET ^ a.inode()) + a.device());
        return new FilesystemTypes.MetadataHashValue(lower, mixed(lower ^ SECRET));
    }

    /** The finalizer of SplitMix64. */
    private static long mixed(long z) {
        long y = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        long x = (y ^ (y >>> 27)) * 0x94d049bb133111ebL;
        return x ^ (x >>> 31);
    }

    @Override
    public Result<@Nullable Void, ErrorCode> setTimes(
            FilesystemTypes.NewTimestamp access, FilesystemTypes.NewTimestamp modification) {
        return act(() -> {
            checkWritable();
            calls.setTimes(file.number(), time(access), time(modification));
        });
    }

    @Override
    public Result<@Nullable Void, ErrorCode> setTimesAt(
            Set<PathFlags> pathFlags,
            String path,
            FilesystemTypes.NewTimestamp access,
            FilesystemTypes.NewTimestamp modification) {
        return act(() -> {
            checkWritable();
            try (Place place = place(pathFlags, path)) {
                calls.setTimes(place.directory(), place.name(), time(access), time(modification));
            }
        });
    }

    private static Syscalls.Time time(FilesystemTypes.NewTimestamp timestamp) throws ErrnoException {
        return switch (timestamp) {
            case FilesystemTypes.NewTimestamp.NoChange() -> new Syscalls.Time(0, Syscalls.TIME_OMIT);
            case FilesystemTypes.NewTimestamp.Now() -> new Syscalls.Time(0, Syscalls.TIME_NOW);
            case FilesystemTypes.NewTimestamp.Timestamp(WallClock.Datetime(long seconds, int nanoseconds)) -> {
                long nanos = Integer.toUnsignedLong(nanoseconds);
                long whole = seconds + nanos / 1_000_000_000;
                if (seconds < 0 || whole < 0) {
                    throw new ErrnoException(Errno.EOVERFLOW);
                }
                yield new Syscalls.Time(whole, nanos % 1_000_000_000);
            }
        };
    }

    // Directories

    @Override
    public Result<FilesystemTypes.DirectoryEntryStream, ErrorCode> readDirectory() {
        return attempt(() -> {
            checkDirectory();
            checkReadable();
            return new DirectoryEntries(file.files()
                    .open(file.number(), ".", Syscalls.READ_ONLY | Syscalls.DIRECTORY, file.grant(), file.mode()));
        });
    }

    @Override
    public Result<FilesystemTypes.Descriptor, ErrorCode> openAt(
            Set<PathFlags> pathFlags, String path, Set<OpenFlags> openFlags, Set<DescriptorFlags> flags) {
        return attempt(() -> new GuestDescriptor(open(pathFlags, path, openFlags, flags)));
    }

    private OpenFile open(Set<PathFlags> pathFlags, String path, Set<OpenFlags> openFlags, Set<DescriptorFlags> wanted)
            throws ErrnoException {
        checkDirectory();
        boolean create = openFlags.contains(OpenFlags.CREATE);
        boolean exclusive = create && openFlags.contains(OpenFlags.EXCLUSIVE);
        boolean truncate = openFlags.contains(OpenFlags.TRUNCATE);
        boolean directory = openFlags.contains(OpenFlags.DIRECTORY);
        boolean write = wanted.contains(DescriptorFlags.WRITE) || create || truncate;
        boolean read = wanted.contains(DescriptorFlags.READ) || !wanted.contains(DescriptorFlags.WRITE);
        if (wanted.contains(DescriptorFlags.FILE_INTEGRITY_SYNC)
                || wanted.contains(DescriptorFlags.DATA_INTEGRITY_SYNC)
                || wanted.contains(DescriptorFlags.REQUESTED_WRITE_SYNC)) {
            throw new ErrnoException(Errno.EOPNOTSUPP);
        }
        if (directory && (create || openFlags.contains(OpenFlags.EXCLUSIVE) || truncate)) {
            throw new ErrnoException(Errno.EINVAL);
        }
        if (write || wanted.contains(DescriptorFlags.MUTATE_DIRECTORY)) {
            checkWritable();
        }
        int how = (write ? read ? Syscalls.READ_WRITE : Syscalls.WRITE_ONLY : Syscalls.READ_ONLY)
                | (create ? Syscalls.CREATE : 0)
                | (exclusive ? Syscalls.EXCLUSIVE : 0)
                | (truncate ? Syscalls.TRUNCATE : 0);
        boolean follow = !exclusive && (pathFlags.contains(PathFlags.SYMLINK_FOLLOW) || Place.endsAsDirectory(path));
        try (Place place = Place.resolve(calls, file.number(), path, follow)) {
            boolean isThere = look(place, directory, write, create, exclusive);
            if (!isThere && place.directoryWanted()) {
                throw new ErrnoException(Errno.EISDIR);
            }
            OpenFile opened = file.files()
                    .open(
                            place.directory(),
                            place.name(),
                            how,
                            file.grant(),
                            flags(read, DescriptorFlags.READ, write, DescriptorFlags.WRITE));
            return checked(opened, read);
        }
    }

    /**
     * Looks at what is going to be opened: opening a device can do things, and a pipe waits for its other end. The look
     * says nothing about what is there a moment later; {@link #checked} does.
     *
     * @return whether there is anything
     */
    private boolean look(Place place, boolean directory, boolean write, boolean create, boolean exclusive)
            throws ErrnoException {
        Syscalls.Attributes found;
        try {
            found = calls.attributes(place.directory(), place.name());
        } catch (ErrnoException e) {
            if (e.errno() == Errno.ENOENT && create) {
                return false;
            }
            throw e;
        }
        if (exclusive) {
            throw new ErrnoException(Errno.EEXIST);
        }
        if (found.isLink()) {
            throw new ErrnoException(Errno.ELOOP);
        }
        if (found.isDirectory()) {
            if (write) {
                throw new ErrnoException(Errno.EISDIR);
            }
            return true;
        }
        if (directory || place.directoryWanted()) {
            throw new ErrnoException(Errno.ENOTDIR);
        }
        if (!found.isRegular()) {
            throw new ErrnoException(Errno.EPERM);
        }
        return true;
    }

    /** Of what is open now, and so cannot be exchanged any more. */
    private OpenFile checked(OpenFile opened, boolean read) throws ErrnoException {
        try {
            if (!opened.isDirectory() && !opened.isRegular()) {
                throw new ErrnoException(Errno.EPERM);
            }
            if (read && !opened.isDirectory()) {
                checkReadable();
            }
            return opened;
        } catch (ErrnoException e) {
            opened.release();
            throw e;
        }
    }

    static Set<DescriptorFlags> flags(
            boolean first, DescriptorFlags firstFlag, boolean second, DescriptorFlags secondFlag) {
        Set<DescriptorFlags> flags = EnumSet.noneOf(DescriptorFlags.class);
        if (first) {
            flags.add(firstFlag);
        }
        if (second) {
            flags.add(secondFlag);
        }
        return flags;
    }

    @Override
    public Result<String, ErrorCode> readlinkAt(String path) {
        return attempt(() -> {
            try (Place place = place(Set.of(), path)) {
                String text = Place.linkText(calls, place.directory(), place.name());
                if (text.startsWith("/")) {
                    throw ErrnoException.escape();
                }
                return text;
            }
        });
    }

    @Override
    public Result<@Nullable Void, ErrorCode> createDirectoryAt(String path) {
        return act(() -> {
            try (Place place = place(path)) {
                calls.makeDirectory(place.directory(), place.name());
            }
        });
    }

    @Override
    public Result<@Nullable Void, ErrorCode> symlinkAt(String oldPath, String newPath) {
        return act(() -> {
            checkDirectory();
            checkWritable();
            if (oldPath.startsWith("/")) {
                throw ErrnoException.escape();
            }
            if (oldPath.indexOf('\0') >= 0) {
                throw new ErrnoException(Errno.EINVAL);
            }
            try (Place place = place(newPath)) {
                if (place.directoryWanted()) {
                    throw new ErrnoException(Errno.ENOENT);
                }
                calls.makeLink(oldPath, place.directory(), place.name());
            }
        });
    }

    @Override
    public Result<@Nullable Void, ErrorCode> linkAt(
            Set<PathFlags> oldPathFlags, String oldPath, FilesystemTypes.Descriptor newDescriptor, String newPath) {
        return act(() -> {
            GuestDescriptor target = own(newDescriptor);
            checkDirectory();
            target.checkDirectory();
            checkSameRights(target);
            if (oldPathFlags.contains(PathFlags.SYMLINK_FOLLOW)) {
                throw new ErrnoException(Errno.EINVAL);
            }
            try (Place from = place(oldPath);
                    Place to = target.place(newPath)) {
                if (from.directoryWanted()) {
                    throw new ErrnoException(Errno.ENOTDIR);
                }
                if (to.directoryWanted()) {
                    throw new ErrnoException(Errno.ENOENT);
                }
                calls.link(from.directory(), from.name(), to.directory(), to.name());
            }
        });
    }

    @Override
    public Result<@Nullable Void, ErrorCode> renameAt(
            String oldPath, FilesystemTypes.Descriptor newDescriptor, String newPath) {
        return act(() -> {
            GuestDescriptor target = own(newDescriptor);
            checkDirectory();
            target.checkDirectory();
            checkSameRights(target);
            try (Place from = place(oldPath);
                    Place to = target.place(newPath)) {
                if ((from.directoryWanted() || to.directoryWanted())
                        && !calls.attributes(from.directory(), from.name()).isDirectory()) {
                    throw new ErrnoException(Errno.ENOTDIR);
                }
                calls.rename(from.directory(), from.name(), to.directory(), to.name());
            }
        });
    }

    /** Nothing gets more rights, or fewer, by getting another name. */
    private void checkSameRights(GuestDescriptor target) throws ErrnoException {
        checkWritable();
        target.checkWritable();
        if (file.grant().readable() != target.file.grant().readable()) {
            throw new ErrnoException(Errno.EPERM);
        }
    }

    @Override
    public Result<@Nullable Void, ErrorCode> removeDirectoryAt(String path) {
        return act(() -> {
            try (Place place = place(path)) {
                calls.removeDirectory(place.directory(), place.name());
            }
        });
    }

    @Override
    public Result<@Nullable Void, ErrorCode> unlinkFileAt(String path) {
        return act(() -> {
            try (Place place = place(path)) {
                if (place.directoryWanted()) {
                    throw new ErrnoException(
                            calls.attributes(place.directory(), place.name()).isDirectory()
                                    ? Errno.EISDIR
                                    : Errno.ENOTDIR);
                }
                calls.unlink(place.directory(), place.name());
            }
        });
    }

    private static GuestDescriptor own(FilesystemTypes.Descriptor descriptor) {
        if (descriptor instanceof GuestDescriptor own) {
            return own;
        }
        throw new IllegalArgumentException("not a descriptor of this host: " + descriptor);
    }
}
