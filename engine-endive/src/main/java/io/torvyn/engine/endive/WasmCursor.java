package io.torvyn.engine.endive;

import io.torvyn.component.spi.CoreModuleException;

/**
 * A place in the bytes of a core module, moved forward by reading (core specification, "Binary Format"). Never reads
 * beyond its limit.
 */
final class WasmCursor {
    private final byte[] wasm;
    private final int limit;
    private int position;

    WasmCursor(byte[] wasm, int position, int limit) {
        this.wasm = wasm;
        this.position = position;
        this.limit = limit;
    }

    int position() {
        return position;
    }

    boolean hasNext() {
        return position < limit;
    }

    /** Bytes up to the limit. */
    int left() {
        return limit - position;
    }

    CoreModuleException damaged(String what) {
        return new CoreModuleException("not a valid core module: " + what + " at byte " + position);
    }

    int octet() {
        if (position >= limit) {
            throw damaged("unexpected end");
        }
        return wasm[position++] & 0xFF;
    }

    void skip(int length) {
        if (length > limit - position) {
            throw damaged("unexpected end");
        }
        position += length;
    }

    /** A {@code u32}. */
    long unsigned() {
        return leb(5) & 0xFFFF_FFFFL;
    }

    /** A {@code u32} that counts things of at least one byte each. */
    int count() {
        long count = unsigned();
        if (count > limit - position) {
            throw damaged("a count of " + count + " is more than what is left");
        }
        return (int) count;
    }

    /** An integer of any kind, whose sign is not extended. */
    long leb(int maximumLength) {
        long value = 0;
        for (int i = 0; i < maximumLength; i++) {
            int octet = octet();
            value |= (octet & 0x7FL) << (7 * i);
            if (octet < 0x80) {
                return value;
            }
        }
        throw damaged("number too long");
    }

    /** Skips a value type. */
    void valueType() {
        heapTypeAfter(octet());
    }

    private void heapTypeAfter(int code) {
        if (code == 0x63 || code == 0x64) { // (ref null? ht)
            leb(5);
        }
    }

    /**
     * Reads a block type.
     *
     * @return the index of a type; -1 when it is empty or a value type
     */
    int blockType() {
        int first = octet();
        if (first < 0x40) {
            return first;
        }
        if (first < 0x80) {
            heapTypeAfter(first);
            return -1;
        }
        return (int) Math.min(Integer.MAX_VALUE, (first & 0x7F) | leb(4) << 7);
    }

    /**
     * Skips what an import is.
     *
     * @return its kind: 0 function, 1 table, 2 memory, 3 global, 4 tag
     */
    int importType() {
        int kind = octet();
        switch (kind) {
            case 0 -> unsigned();
            case 1 -> {
                valueType();
                limits();
            }
            case 2 -> limits();
            case 3 -> {
                valueType();
                octet();
            }
            case 4 -> {
                octet();
                unsigned();
            }
            default -> throw damaged("unknown kind of import " + kind);
        }
        return kind;
    }

    /** Skips the limits of a memory or table. */
    void limits() {
        int flags = octet();
        leb(10);
        if ((flags & 1) != 0) {
            leb(10);
        }
    }
}
