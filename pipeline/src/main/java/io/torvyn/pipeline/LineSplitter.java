package io.torvyn.pipeline;

import io.torvyn.types.Defaults;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Cuts a stream of bytes into lines, each with its terminator as it came. A line ends after {@code \n}; the last one may
 * end without. Bytes are never changed, and need not be text.
 *
 * <p>Holds at most one line and what was fed after it, so memory is bounded by the longest line allowed.
 */
final class LineSplitter {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long NEWLINES = 0x0a0a_0a0a_0a0a_0a0aL;
    private static final long LOW_BITS = 0x0101_0101_0101_0101L;
    private static final long HIGH_BITS = 0x8080_8080_8080_8080L;

    private final int maxLine;
    private byte[] window = new byte[1 << 16];
    private int start;
    private int scanned;
    private int end;
    private int length;
    private long lines;
    private long consumed;

    /**
     * @param maxLine the longest line, in bytes with its terminator
     */
    LineSplitter(int maxLine) {
        this.maxLine = maxLine;
    }

    /** Takes bytes in, after {@link #next} has answered false. */
    void feed(byte[] source, int count) {
        if (start == end) {
            start = 0;
            scanned = 0;
            end = 0;
        }
        if (window.length - end < count) {
            int kept = end - start;
            byte[] target = kept + count <= window.length
                    ? window
                    : new byte[Math.max(kept + count, (int) Math.min(2L * window.length, Defaults.MAX_BUFFER_SIZE))];
            System.arraycopy(window, start, target, 0, kept);
            window = target;
            scanned -= start;
            start = 0;
            end = kept;
        }
        System.arraycopy(source, 0, window, end, count);
        end += count;
    }

    /**
     * Finds the next whole line.
     *
     * @return false when more bytes are needed
     */
    boolean next() {
        int newline = indexOfNewline(window, scanned, end);
        if (newline < 0) {
            scanned = end;
            return false;
        }
        length = newline + 1 - start;
        scanned = newline + 1;
        return true;
    }

    /**
     * Makes a line of what is left when no byte will follow.
     *
     * @return false when nothing is left
     */
    boolean last() {
        length = end - start;
        scanned = end;
        return length > 0;
    }

    /** Whether the line found, or the unfinished one, is longer than allowed. */
    boolean isTooLong() {
        return scanned - start > maxLine;
    }

    /** Where the line found lies. */
    byte[] array() {
        return window;
    }

    int offset() {
        return start;
    }

    /** The length of the line found, in bytes with its terminator. */
    int length() {
        return length;
    }

    /** Goes past the line found. */
    void consume() {
        start += length;
        consumed += length;
        lines++;
        length = 0;
    }

    /** What was fed and not consumed. */
    byte[] rest() {
        return Arrays.copyOfRange(window, start, end);
    }

    /** The number of the line at hand, from 1. */
    long lineNumber() {
        return lines + 1;
    }

    /** Where the line at hand starts, in bytes from the start of the stream. */
    long byteOffset() {
        return consumed;
    }

    /** Eight bytes at a time: a byte is zero after the exclusive or, and only then borrows into its high bit. */
    private static int indexOfNewline(byte[] bytes, int from, int to) {
        int i = from;
        for (; i + Long.BYTES <= to; i += Long.BYTES) {
            long word = (long) LONG.get(bytes, i) ^ NEWLINES;
            long found = word - LOW_BITS & ~word & HIGH_BITS;
            if (found != 0) {
                return i + (Long.numberOfTrailingZeros(found) >>> 3);
            }
        }
        for (; i < to; i++) {
            if (bytes[i] == '\n') {
                return i;
            }
        }
        return -1;
    }

    /** For tests: what the splitter holds on to. */
    int capacity() {
        return window.length;
    }

    @Override
    public String toString() {
        return "line " + lineNumber() + " at byte " + consumed + ": "
                + Arrays.toString(Arrays.copyOfRange(window, start, Math.min(end, start + 16)));
    }
}
