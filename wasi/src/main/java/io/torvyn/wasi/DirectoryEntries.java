package io.torvyn.wasi;

import io.torvyn.component.Result;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;

/** The names in a directory, read as far ahead as the kernel likes. */
final class DirectoryEntries implements FilesystemTypes.DirectoryEntryStream {
    /** @param name empty where it is not UTF-8 */
    private record Entry(Optional<String> name, int type) {}

    private final OpenFile directory;
    private final Queue<Entry> ahead = new ArrayDeque<>();
    private boolean ended;

    /** @param directory opened for this stream alone; released when the guest drops it */
    DirectoryEntries(OpenFile directory) {
        this.directory = directory;
    }

    @Override
    public void drop() {
        directory.release();
    }

    @Override
    public Result<Optional<FilesystemTypes.DirectoryEntry>, FilesystemTypes.ErrorCode> readDirectoryEntry() {
        try {
            while (ahead.isEmpty() && !ended) {
                read();
            }
            Entry next = ahead.poll();
            return next == null ? Result.ok(Optional.empty()) : Result.ok(Optional.of(entry(next)));
        } catch (ErrnoException e) {
            return Result.err(e.code());
        }
    }

    /** struct linux_dirent64: an inode, a position, a length, a type, a name. */
    private void read() throws ErrnoException {
        Syscalls calls = directory.calls();
        int length = calls.entries(directory.number());
        ended = length == 0;
        MemorySegment buffer = calls.buffer();
        for (int at = 0; at < length; ) {
            int size = Short.toUnsignedInt(buffer.get(ValueLayout.JAVA_SHORT, at + 16L));
            int type = buffer.get(ValueLayout.JAVA_BYTE, at + 18L);
            int end = at + 19;
            while (buffer.get(ValueLayout.JAVA_BYTE, end) != 0) {
                end++;
            }
            byte[] name = buffer.asSlice(at + 19L, end - at - 19L).toArray(ValueLayout.JAVA_BYTE);
            if (!isDots(name)) {
                ahead.add(new Entry(text(name), type));
            }
            at += size;
        }
    }

    private static boolean isDots(byte[] name) {
        return name[0] == '.' && (name.length == 1 || (name.length == 2 && name[1] == '.'));
    }

    private static Optional<String> text(byte[] name) {
        try {
            return Optional.of(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(name))
                    .toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }

    private FilesystemTypes.DirectoryEntry entry(Entry entry) throws ErrnoException {
        String name = entry.name().orElseThrow(() -> new ErrnoException(Errno.EILSEQ));
        return new FilesystemTypes.DirectoryEntry(type(entry.type(), name), name);
    }

    /** What is called d_type is four bits of st_mode; 0 where the file system does not say. */
    private FilesystemTypes.DescriptorType type(int type, String name) throws ErrnoException {
        return GuestDescriptor.type(
                type == 0
                        ? directory.calls().attributes(directory.number(), name).mode()
                        : type << 12);
    }
}
