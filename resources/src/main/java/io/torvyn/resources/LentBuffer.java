package io.torvyn.resources;

import io.torvyn.component.ByteSource;
import io.torvyn.component.spi.CoreMemory;
import io.torvyn.streaming.Types;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A buffer in the eyes of a component that another thread than its flow's calls: what is in it, and nothing of who holds
 * it. Several such threads may read one buffer at once, because nobody writes it any more; the flow has it lent for as long
 * as they do. One object serves all calls of a component.
 */
public final class LentBuffer implements Types.Buffer, ByteSource {
    private final Partition partition;
    private @Nullable Buffer buffer;

    LentBuffer(Partition partition) {
        this.partition = partition;
    }

    void begin(Buffer lent) {
        buffer = lent;
    }

    void end() {
        buffer = null;
    }

    /** The buffer itself, for {@code clone-into-mutable}. */
    Buffer buffer() {
        Buffer lent = buffer;
        if (lent == null) {
            throw new IllegalStateException("the buffer is not lent any more");
        }
        return lent;
    }

    @Override
    public int length() {
        return buffer().length();
    }

    @Override
    public long size() {
        return buffer().length();
    }

    @Override
    public String contentType() {
        return buffer().contentType();
    }

    @Override
    public ByteSource readAll() {
        return this;
    }

    @Override
    public ByteSource read(long offset, long count) {
        Buffer lent = buffer();
        int from = lent.start(offset);
        return partition.slice(lent, from, lent.count(from, count));
    }

    @Override
    public void writeTo(CoreMemory memory, int address) {
        Buffer lent = buffer();
        int length = lent.length();
        memory.write(address, lent.array(), 0, length);
        partition.recordRead(length);
    }

    /** The content in an array of its own: one copy, entered like a guest's. */
    public byte[] toArray() {
        Buffer lent = buffer();
        byte[] copy = Arrays.copyOf(lent.array(), lent.length());
        partition.recordRead(copy.length);
        return copy;
    }

    /** Whoever is lent a buffer drops a handle, and never the buffer. */
    @Override
    public void drop() {
        throw new IllegalStateException("a lent buffer is not its borrower's to drop");
    }
}
