package io.torvyn.resources;

/** A media type hint, as one flow knows it. Two of the same flow and the same text are normally the same object. */
public final class ContentType {
    /** No hint. */
    public static final ContentType NONE = new ContentType("", new byte[0]);

    private final String text;
    private final byte[] utf8;

    ContentType(String text, byte[] utf8) {
        this.text = text;
        this.utf8 = utf8;
    }

    public String text() {
        return text;
    }

    /** The text in UTF-8, at most 63 bytes; the object's own array, not to be changed. */
    @SuppressWarnings("EI_EXPOSE_REP")
    public byte[] utf8() {
        return utf8;
    }

    public boolean isNone() {
        return utf8.length == 0;
    }

    @Override
    public String toString() {
        return text;
    }
}
