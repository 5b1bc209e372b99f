package io.torvyn.fuzz;

/** The bytes of an input as choices, one after the other; zero when there are no more. */
public final class FuzzInput {
    private final byte[] bytes;
    private int position;

    public FuzzInput(byte[] bytes) {
        this.bytes = bytes;
    }

    public boolean hasNext() {
        return position < bytes.length;
    }

    public int octet() {
        return position < bytes.length ? bytes[position++] & 0xff : 0;
    }

    /** Four bytes, the lowest one first. */
    public int integer() {
        return octet() | octet() << 8 | octet() << 16 | octet() << 24;
    }

    /** 0 up to, not including, {@code end}, which is at most 256. */
    public int below(int end) {
        return octet() % end;
    }

    /**
     * An integer that is small more often than not, because those reach further: lengths, addresses and discriminants
     * near where they change their meaning.
     */
    public int number() {
        return switch (below(6)) {
            case 0 -> octet();
            case 1 -> octet() << 3;
            case 2 -> octet() | octet() << 8;
            case 3 -> -1 - octet();
            case 4 -> Integer.MIN_VALUE + (byte) octet();
            default -> integer();
        };
    }

    /** The bytes that are left. */
    public byte[] rest() {
        byte[] rest = new byte[bytes.length - position];
        System.arraycopy(bytes, position, rest, 0, rest.length);
        position = bytes.length;
        return rest;
    }
}
