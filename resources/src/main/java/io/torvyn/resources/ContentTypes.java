package io.torvyn.resources;

import static io.torvyn.types.Defaults.MAX_CONTENT_TYPES;
import static io.torvyn.types.Defaults.MAX_CONTENT_TYPE_BYTES;

import io.torvyn.component.TrapException;
import io.torvyn.component.spi.CoreMemory;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The content types of one flow. Owned by the flow's thread.
 *
 * <p>A text that is known costs no allocation: the one seen last is compared first, then the others in the order in
 * which they came. Texts are cut to 63 bytes on a character boundary. After 256 different ones the rest still work, but
 * are made anew each time, so that a guest that invents types without end cannot fill the host's memory.
 */
public final class ContentTypes {
    private final byte[] scratch = new byte[MAX_CONTENT_TYPE_BYTES];
    private ContentType[] known = new ContentType[8];
    private int count;
    private ContentType last = ContentType.NONE;

    ContentTypes() {}

    public ContentType intern(String text) {
        if (text.isEmpty()) {
            return ContentType.NONE;
        }
        if (last.text().equals(text)) {
            return last;
        }
        for (int i = 0; i < count; i++) {
            if (known[i].text().equals(text)) {
                last = known[i];
                return last;
            }
        }
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        last = find(utf8, cut(utf8, utf8.length));
        return last;
    }

    /**
     * The content type that a guest gives in UTF-8.
     *
     * @throws TrapException when the bytes are not UTF-8
     * @throws RuntimeException the engine's own, when they lie outside the memory
     */
    public ContentType intern(CoreMemory memory, int address, int length) {
        if (length == 0) {
            memory.check(address, 0);
            return ContentType.NONE;
        }
        if (length < 0 || length > MAX_CONTENT_TYPE_BYTES) {
            memory.check(address, length);
            byte[] utf8 = new byte[length];
            memory.read(address, utf8, 0, length);
            decode(utf8, length);
            last = find(utf8, cut(utf8, length));
            return last;
        }
        memory.read(address, scratch, 0, length);
        byte[] expected = last.utf8();
        if (Arrays.equals(expected, 0, expected.length, scratch, 0, length)) {
            return last;
        }
        last = find(scratch, length);
        return last;
    }

    private ContentType find(byte[] utf8, int length) {
        for (int i = 0; i < count; i++) {
            byte[] candidate = known[i].utf8();
            if (Arrays.equals(candidate, 0, candidate.length, utf8, 0, length)) {
                return known[i];
            }
        }
        var added = new ContentType(decode(utf8, length), Arrays.copyOf(utf8, length));
        if (count < MAX_CONTENT_TYPES) {
            if (count == known.length) {
                known = Arrays.copyOf(known, count * 2);
            }
            known[count++] = added;
        }
        return added;
    }

    private static int cut(byte[] utf8, int length) {
        if (length <= MAX_CONTENT_TYPE_BYTES) {
            return length;
        }
        int end = MAX_CONTENT_TYPE_BYTES;
        while ((utf8[end] & 0xc0) == 0x80) {
            end--;
        }
        return end;
    }

    private static String decode(byte[] utf8, int length) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(utf8, 0, length))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new TrapException("content type is not UTF-8");
        }
    }

    /** How many are interned. */
    public int size() {
        return count;
    }
}
