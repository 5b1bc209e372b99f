package io.torvyn.wasi;

import static org.assertj.core.api.Assertions.assertThat;

import io.torvyn.component.ByteSource;
import io.torvyn.component.spi.CoreEngine;
import io.torvyn.component.spi.CoreMemory;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RandomStockTest {
    /** {@code (module (memory (export "m") 16))}. */
    private static final String MEMORY = "0061736d01000000" + "0503010010" + "070501016d0200";

    private final RandomStock stock = new RandomStock();
    private final CoreMemory memory = (CoreMemory) Fixtures.ENGINE
            .compile(HexFormat.of().parseHex(MEMORY), CoreEngine.Strategy.BASELINE)
            .instantiate(List.of(), Fixtures.LIMITS)
            .export("m");

    /** Eight bytes meet by chance once in 2^29 such tests. */
    @Test
    void nothingIsGivenTwice() {
        Set<Long> seen = new HashSet<>();
        for (int i = 0; i < 100_000; i++) {
            assertThat(seen.add(stock.next())).isTrue();
        }
        for (int i = 0; i < 1_000; i++) {
            for (long word : words(stock.next(4096))) {
                assertThat(seen.add(word)).isTrue();
            }
        }
    }

    @Test
    void twoStocksHaveNothingInCommon() {
        var other = new RandomStock();
        for (int i = 0; i < 10_000; i++) {
            assertThat(stock.next()).isNotEqualTo(other.next());
        }
    }

    /** Less than a filling, exactly one, more than one, and what is left over. */
    @ParameterizedTest(name = "{0} bytes")
    @ValueSource(ints = {0, 1, 7, 511, 512, 513, 16_383, 16_384, 16_385, 50_000, 1 << 19})
    void thereAreAsManyAsWereAskedFor(int length) {
        for (int round = 0; round < 20; round++) {
            stock.next();
            byte[] bytes = bytes(stock.next(length));
            assertThat(bytes).hasSize(length);
            if (length >= 512) {
                assertThat(zeroes(bytes)).isLessThan(length / 16);
            }
        }
    }

    private static int zeroes(byte[] bytes) {
        int zeroes = 0;
        for (byte each : bytes) {
            zeroes += each == 0 ? 1 : 0;
        }
        return zeroes;
    }

    private byte[] bytes(ByteSource source) {
        if (source.length() > 0) {
            source.writeTo(memory, 8);
        }
        return memory.readBytes(8, source.length());
    }

    private long[] words(ByteSource source) {
        var words = new long[source.length() / Long.BYTES];
        ByteBuffer.wrap(bytes(source)).asLongBuffer().get(words);
        return words;
    }
}
