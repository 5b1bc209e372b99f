package io.torvyn.wasi;

import io.torvyn.component.ByteSource;
import io.torvyn.component.spi.CoreMemory;
import java.lang.foreign.MemorySegment;

/**
 * Bytes on their way from the kernel to a guest, in one move.
 *
 * @param segment good for the call that answers with them only
 */
record NativeBytes(MemorySegment segment, int length) implements ByteSource {
    static ByteSource of(MemorySegment segment, int length) {
        return new NativeBytes(segment, length);
    }

    @Override
    public void writeTo(CoreMemory memory, int address) {
        memory.write(address, segment, 0, length);
    }
}
