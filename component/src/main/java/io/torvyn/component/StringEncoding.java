package io.torvyn.component;

import io.torvyn.component.spi.CoreMemory;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;

/**
 * The string encodings of canonical options: CanonicalABI.md, "load_string_from_range" and "store_string_into_range".
 *
 * <p>A Java string may hold surrogates that have no partner, a component's string may not: such a surrogate is lowered
 * as U+FFFD.
 */
enum StringEncoding {
    UTF8,
    UTF16,
    LATIN1_UTF16;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder())
            .withInvokeExactBehavior();
    /** Up to so many chars, looking at each costs less than an array for what they are encoded to. */
    private static final int SHORT = 128;

    private static final String OUTSIDE = "string content out-of-bounds";

    /** In a length of {@link #LATIN1_UTF16}: the string is in UTF-16. */
    static final int UTF16_TAG = 1 << 31;

    /**
     * Lifts a string.
     *
     * @param taggedCodeUnits its length as this encoding counts it
     * @throws TrapException when the string is too long, lies badly or is not valid
     */
    String load(LiftLowerContext cx, int address, int taggedCodeUnits) {
        return switch (this) {
            case UTF8 -> load(cx, address, 1, taggedCodeUnits & 0xffff_ffffL, StandardCharsets.UTF_8);
            case UTF16 -> load(cx, address, 2, 2 * (taggedCodeUnits & 0xffff_ffffL), StandardCharsets.UTF_16LE);
            case LATIN1_UTF16 ->
                (taggedCodeUnits & UTF16_TAG) != 0
                        ? load(cx, address, 2, 2L * (taggedCodeUnits ^ UTF16_TAG), StandardCharsets.UTF_16LE)
                        : load(cx, address, 2, taggedCodeUnits, StandardCharsets.ISO_8859_1);
        };
    }

    private static String load(LiftLowerContext cx, int address, int align, long byteLength, Charset charset) {
        if (byteLength > LiftLowerContext.MAX_STRING_BYTES) {
            throw new TrapException("string of " + byteLength + " bytes is too long");
        }
        int length = (int) byteLength;
        cx.checkContent(address, align, length, OUTSIDE + " (string pointer/length out of bounds of memory)");
        cx.charge(byteLength);
        CoreMemory memory = cx.memory();
        String string = memory.readString(address, length, charset);
        // What cannot be decoded has become U+FFFD; one of these may also be meant.
        if (string.indexOf('\ufffd') >= 0) {
            checkValid(memory.readBytes(address, length), charset);
        }
        return string;
    }

    /** A decoder reports what String replaces. */
    private static void checkValid(byte[] bytes, Charset charset) {
        var encoded = ByteBuffer.wrap(bytes);
        var decoded = CharBuffer.allocate(bytes.length);
        CoderResult result = charset.newDecoder().decode(encoded, decoded, false);
        if (result.isUnderflow() && !encoded.hasRemaining()) {
            return;
        }
        String name = charset.equals(StandardCharsets.UTF_8) ? "utf-8" : "utf-16";
        String problem =
                result.isUnderflow() ? "incomplete " + name + " byte sequence" : "invalid " + name + " sequence";
        throw new TrapException(problem + " from index " + encoded.position());
    }

    /**
     * Lowers a string, with room from {@code realloc}, also for an empty one.
     *
     * @return its address in the low half, its length as this encoding counts it in the high half
     */
    long store(LiftLowerContext cx, String javaString) {
        return switch (this) {
            case UTF8 -> {
                int length = javaString.length();
                if (length <= SHORT && isAscii(javaString)) {
                    int address = cx.realloc(0, 0, 1, length, OUTSIDE);
                    cx.memory().writeAscii(address, javaString);
                    yield LiftLowerContext.pack(address, length);
                }
                byte[] utf8 = utf8(javaString);
                yield LiftLowerContext.pack(store(cx, 1, utf8), utf8.length);
            }
            case UTF16 -> storeUtf16(cx, withoutLoneSurrogates(javaString), 0);
            case LATIN1_UTF16 -> {
                String string = withoutLoneSurrogates(javaString);
                if (!isLatin1(string)) {
                    yield storeUtf16(cx, string, UTF16_TAG);
                }
                byte[] latin1 = string.getBytes(StandardCharsets.ISO_8859_1);
                yield LiftLowerContext.pack(store(cx, 2, latin1), latin1.length);
            }
        };
    }

    /**
     * A lone surrogate is encoded as a question mark. So a string without a question mark in its bytes had none, and the
     * common case needs no look at each char.
     */
    private static byte[] utf8(String string) {
        byte[] utf8 = string.getBytes(StandardCharsets.UTF_8);
        return holdsQuestionMark(utf8) ? withoutLoneSurrogates(string).getBytes(StandardCharsets.UTF_8) : utf8;
    }

    private static boolean holdsQuestionMark(byte[] bytes) {
        int last = bytes.length - Long.BYTES;
        if (last < 0) {
            boolean found = false;
            for (byte b : bytes) {
                found |= b == '?';
            }
            return found;
        }
        long found = questionMarks((long) LONGS.get(bytes, last));
        for (int i = 0; i < last; i += Long.BYTES) {
            found |= questionMarks((long) LONGS.get(bytes, i));
        }
        return found != 0;
    }

    /** Not 0 when there is one among the eight: a byte that the exclusive-or leaves 0 borrows from the one above it. */
    private static long questionMarks(long eight) {
        long zeroes = eight ^ '?' * 0x0101_0101_0101_0101L;
        return zeroes - 0x0101_0101_0101_0101L & ~zeroes & 0x8080_8080_8080_8080L;
    }

    private static long storeUtf16(LiftLowerContext cx, String string, int tag) {
        byte[] utf16 = string.getBytes(StandardCharsets.UTF_16LE);
        return LiftLowerContext.pack(store(cx, 2, utf16), string.length() | tag);
    }

    private static int store(LiftLowerContext cx, int align, byte[] bytes) {
        int address = cx.realloc(0, 0, align, bytes.length, OUTSIDE);
        if (bytes.length != 0) {
            cx.memory().write(address, bytes, 0, bytes.length);
        }
        return address;
    }

    private static boolean isAscii(String string) {
        int bits = 0;
        for (int i = 0; i < string.length(); i++) {
            bits |= string.charAt(i);
        }
        return bits < 0x80;
    }

    private static boolean isLatin1(String string) {
        for (int i = 0; i < string.length(); i++) {
            if (string.charAt(i) > 0xff) {
                return false;
            }
        }
        return true;
    }

    private static String withoutLoneSurrogates(String string) {
        for (int i = 0; i < string.length(); i++) {
            if (Character.isSurrogate(string.charAt(i))) {
                return string.codePoints()
                        .map(point -> isSurrogate(point) ? '\ufffd' : point)
                        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                        .toString();
            }
        }
        return string;
    }

    private static boolean isSurrogate(int codePoint) {
        return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
    }
}
