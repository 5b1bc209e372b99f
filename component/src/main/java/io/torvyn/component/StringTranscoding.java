package io.torvyn.component;

import io.torvyn.component.spi.CoreMemory;
import java.nio.charset.StandardCharsets;
import java.util.function.IntPredicate;

/**
 * Lowers a string of one component into another one, with the calls of {@code realloc} that the two encodings have it
 * make: CanonicalABI.md, "store_string_into_range".
 *
 * <p>The specification has the size guessed from the length at the source, so that nobody needs to look at a string
 * before it is copied. A guest sees that, and may count on it: what stands in its memory by then is moved by its own
 * {@code realloc}, not by us.
 */
final class StringTranscoding {
    private static final String OUTSIDE = "string content out-of-bounds";

    private final LiftLowerContext cx;
    private final String string;

    private StringTranscoding(LiftLowerContext cx, String string) {
        this.cx = cx;
        this.string = string;
    }

    /**
     * @param string as it was lifted, so each surrogate has its partner
     * @param source that it was lifted from
     * @return its address in the low half, its length as the target's encoding counts it in the high half
     */
    static long store(LiftLowerContext cx, String string, LiftLowerContext source) {
        var transcoding = new StringTranscoding(cx, string);
        int chars = string.length();
        boolean isLatin1 = source.encoding() == StringEncoding.LATIN1_UTF16 && source.liftedAsLatin1(string);
        return switch (cx.encoding()) {
            case UTF8 ->
                switch (source.encoding()) {
                    case UTF8 -> StringEncoding.UTF8.store(cx, string);
                    case UTF16 -> transcoding.toUtf8(3);
                    case LATIN1_UTF16 -> transcoding.toUtf8(isLatin1 ? 2 : 3);
                };
            case UTF16 ->
                switch (source.encoding()) {
                    case UTF8 -> transcoding.utf8ToUtf16();
                    case UTF16, LATIN1_UTF16 -> StringEncoding.UTF16.store(cx, string);
                };
            case LATIN1_UTF16 ->
                switch (source.encoding()) {
                    case UTF8 -> transcoding.toLatin1OrUtf16(utf8Length(string));
                    case UTF16 -> transcoding.toLatin1OrUtf16(chars);
                    case LATIN1_UTF16 ->
                        isLatin1 ? StringEncoding.LATIN1_UTF16.store(cx, string) : transcoding.probablyUtf16();
                };
        };
    }

    private static int utf8Length(String string) {
        int length = 0;
        for (int i = 0; i < string.length(); i++) {
            char c = string.charAt(i);
            length += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3; // two surrogates take four
        }
        return length;
    }

    private int realloc(int address, int oldSize, int align, int size) {
        return cx.realloc(address, oldSize, align, size, OUTSIDE);
    }

    private void write(int address, byte[] bytes, int from) {
        if (from < bytes.length) {
            cx.memory().write(address + from, bytes, from, bytes.length - from);
        }
    }

    private int firstThat(IntPredicate isOther) {
        int i = 0;
        while (i < string.length() && !isOther.test(string.charAt(i))) {
            i++;
        }
        return i;
    }

    /**
     * "store_string_to_utf8".
     *
     * @param mostBytes for a code unit of the source
     */
    private long toUtf8(int mostBytes) {
        int units = string.length();
        int address = realloc(0, 0, 1, units);
        int ascii = firstThat(c -> c >= 0x80);
        byte[] utf8 = string.getBytes(StandardCharsets.UTF_8);
        if (ascii > 0) {
            cx.memory().write(address, utf8, 0, ascii);
        }
        if (ascii == units) {
            return LiftLowerContext.pack(address, units);
        }
        int most = mostBytes * units;
        address = realloc(address, units, 1, most);
        write(address, utf8, ascii);
        if (most > utf8.length) {
            address = realloc(address, most, 1, utf8.length);
        }
        return LiftLowerContext.pack(address, utf8.length);
    }

    /** "store_utf8_to_utf16". */
    private long utf8ToUtf16() {
        byte[] utf16 = string.getBytes(StandardCharsets.UTF_16LE);
        int most = 2 * utf8Length(string);
        int address = realloc(0, 0, 2, most);
        write(address, utf16, 0);
        if (utf16.length < most) {
            address = realloc(address, most, 2, utf16.length);
        }
        return LiftLowerContext.pack(address, string.length());
    }

    /**
     * "store_string_to_latin1_or_utf16".
     *
     * @param units of the source
     */
    private long toLatin1OrUtf16(int units) {
        int address = realloc(0, 0, 2, units);
        int latin1 = firstThat(c -> c > 0xff);
        byte[] narrow = string.substring(0, latin1).getBytes(StandardCharsets.ISO_8859_1);
        write(address, narrow, 0);
        if (latin1 == string.length()) {
            if (latin1 < units) {
                address = realloc(address, units, 2, latin1);
            }
            return LiftLowerContext.pack(address, latin1);
        }
        int most = 2 * units;
        address = realloc(address, units, 2, most);
        inflate(address, latin1);
        byte[] utf16 = string.getBytes(StandardCharsets.UTF_16LE);
        write(address, utf16, 2 * latin1);
        if (most > utf16.length) {
            address = realloc(address, most, 2, utf16.length);
        }
        return LiftLowerContext.pack(address, string.length() | StringEncoding.UTF16_TAG);
    }

    /** What {@code realloc} has moved is made wide where it lies. */
    private void inflate(int address, int count) {
        CoreMemory memory = cx.memory();
        for (int i = count - 1; i >= 0; i--) {
            memory.writeShort(address + 2 * i, (short) (memory.readByte(address + i) & 0xff));
        }
    }

    /** "store_probably_utf16_to_latin1_or_utf16". */
    private long probablyUtf16() {
        int units = string.length();
        byte[] utf16 = string.getBytes(StandardCharsets.UTF_16LE);
        int address = realloc(0, 0, 2, utf16.length);
        write(address, utf16, 0);
        if (firstThat(c -> c > 0xff) < units) {
            return LiftLowerContext.pack(address, units | StringEncoding.UTF16_TAG);
        }
        write(address, string.getBytes(StandardCharsets.ISO_8859_1), 0);
        return LiftLowerContext.pack(realloc(address, utf16.length, 1, units), units);
    }
}
