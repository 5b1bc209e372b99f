package io.torvyn.benchmarks;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** What the three benchmark guests do to a payload, in plain Java. */
final class Work {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    final byte[] pattern;
    private long sequence;
    private long sum;

    Work(int size) {
        pattern = new byte[size];
        for (int i = 0; i < size; i++) {
            pattern[i] = (byte) ('a' + (i * 7 + (i >> 8)) % 26);
        }
    }

    /** What the sink guest says of so many elements. */
    static String report(int size, long elements) {
        var work = new Work(size);
        for (long i = 0; i < elements; i++) {
            work.stamp();
            work.push(work.pattern);
        }
        return "%d %016x".formatted(elements, work.sum());
    }

    void stamp() {
        for (int k = 0; k < 8 && k < pattern.length; k++) {
            pattern[k] = (byte) ('a' + ((sequence >> (4 * k)) & 15));
        }
        sequence++;
    }

    byte[] pull() {
        stamp();
        return pattern.clone();
    }

    void push(byte[] in) {
        long words = in.length;
        int i = 0;
        for (int end = in.length - 7; i < end; i += 8) {
            words += (long) LONG.get(in, i);
        }
        for (int shift = 0; i < in.length; i++, shift += 8) {
            words += (in[i] & 0xffL) << shift;
        }
        sum = Long.rotateLeft(sum, 1) + words;
    }

    /** The checksum that the sink guest reports. */
    long sum() {
        return sum;
    }
}
