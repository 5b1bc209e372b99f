package io.torvyn.wasi;

import io.torvyn.component.ByteSource;
import io.torvyn.component.spi.CoreMemory;
import java.lang.foreign.MemorySegment;

/**
 * Bytes on their way from the kernel to a guest, in one move: the first ones of a buffer. The same object serves the next
 * call, so it is good for the call that answers with it only.
 */
final class NativeBytes implements ByteSource {
    private final MemorySegment buffer;
    private int length;

    NativeBytes(MemorySegment buffer) {
        this.buffer = buffer;
    }

    NativeBytes first(int count) {
        length = count;
        return this;
    }

    @Override
    public int length() {
        return length;
    }

    @Override
    public void writeTo(CoreMemory memory, int address) {
        memory.write(address, buffer, 0, length);
    }
}
