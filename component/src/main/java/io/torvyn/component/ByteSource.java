package io.torvyn.component;

import io.torvyn.component.spi.CoreMemory;

/** A {@code list<u8>} that a host function answers: anything that can write itself into guest memory. */
public interface ByteSource {
    /** In bytes; must not change until {@link #writeTo} has been called. */
    int length();

    /** Copies all of it to guest memory, in one move. The place has been checked. */
    void writeTo(CoreMemory memory, int address);

    static ByteSource of(byte[] bytes) {
        return new ByteSource() {
            @Override
            public int length() {
                return bytes.length;
            }

            @Override
            public void writeTo(CoreMemory memory, int address) {
                memory.write(address, bytes, 0, bytes.length);
            }
        };
    }
}
