package io.torvyn.component.binary;

/** The bytes are no component that can be run; becomes E0800 at the door. */
public final class BinaryException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int offset;

    /**
     * @param offset of the byte concerned, from the start of the file
     * @param detail what is wrong there, as part of a sentence
     */
    public BinaryException(int offset, String detail) {
        super(detail);
        this.offset = offset;
    }

    public BinaryException(int offset, String detail, Throwable cause) {
        super(detail, cause);
        this.offset = offset;
    }

    public int offset() {
        return offset;
    }

    /** With the place: {@code … at byte 0x1f}. */
    public String text() {
        return getMessage() + " at byte 0x" + Integer.toHexString(offset);
    }
}
