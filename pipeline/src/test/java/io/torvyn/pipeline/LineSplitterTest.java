package io.torvyn.pipeline;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.torvyn.types.Defaults;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LineSplitterTest {
    private record Line(long number, long offset, byte[] bytes) {}

    /** Feeds an input piece by piece and takes every line as soon as it is there. */
    private static List<Line> split(LineSplitter splitter, byte[] input, Random chunks, int longestChunk) {
        List<Line> lines = new ArrayList<>();
        for (int at = 0; at < input.length; ) {
            int count = Math.min(1 + chunks.nextInt(longestChunk), input.length - at);
            splitter.feed(Arrays.copyOfRange(input, at, at + count), count);
            at += count;
            while (splitter.next()) {
                lines.add(take(splitter));
            }
            assertThat(splitter.isTooLong()).isFalse();
        }
        if (splitter.last()) {
            lines.add(take(splitter));
        }
        return lines;
    }

    private static Line take(LineSplitter splitter) {
        assertThat(splitter.isTooLong()).isFalse();
        var line = new Line(
                splitter.lineNumber(),
                splitter.byteOffset(),
                Arrays.copyOfRange(splitter.array(), splitter.offset(), splitter.offset() + splitter.length()));
        splitter.consume();
        return line;
    }

    private static List<String> split(String input) {
        return split(new LineSplitter(100), input.getBytes(ISO_8859_1), new Random(0), 100).stream()
                .map(line -> new String(line.bytes(), ISO_8859_1))
                .toList();
    }

    /** Bytes of every value, newlines as often as the seed says. */
    private static byte[] randomInput(Random random) {
        byte[] input = new byte[random.nextInt(random.nextInt(10) == 0 ? 200_000 : 2_000)];
        random.nextBytes(input);
        int newlines = input.length == 0 ? 0 : random.nextInt(input.length / (1 + random.nextInt(300)) + 1);
        for (int i = 0; i < newlines; i++) {
            input[random.nextInt(input.length)] = '\n';
        }
        return input;
    }

    @Test
    void whateverTheChunksLinesAreTheInput() throws Exception {
        for (int seed = 0; seed < 2_000; seed++) {
            var random = new Random(seed);
            byte[] input = randomInput(random);
            int longestChunk = 1 + random.nextInt(random.nextBoolean() ? 20 : 70_000);
            List<Line> lines = split(new LineSplitter(1 << 20), input, random, longestChunk);

            var together = new ByteArrayOutputStream();
            for (int i = 0; i < lines.size(); i++) {
                Line line = lines.get(i);
                assertThat(line.number()).as("number, seed %d", seed).isEqualTo(i + 1);
                assertThat(line.offset()).as("offset, seed %d", seed).isEqualTo(together.size());
                assertThat(line.bytes()).as("seed %d", seed).isNotEmpty();
                int newline = new String(line.bytes(), ISO_8859_1).indexOf('\n');
                if (i < lines.size() - 1 || newline >= 0) {
                    assertThat(newline).as("terminator, seed %d", seed).isEqualTo(line.bytes().length - 1);
                }
                together.write(line.bytes());
            }
            assertThat(together.toByteArray()).as("seed %d", seed).isEqualTo(input);
        }
    }

    @Test
    void terminatorsStayAsTheyCame() {
        assertThat(split("")).isEmpty();
        assertThat(split("\n")).containsExactly("\n");
        assertThat(split("\n\n")).containsExactly("\n", "\n");
        assertThat(split("a")).containsExactly("a");
        assertThat(split("a\r\nb\rc\n\r")).containsExactly("a\r\n", "b\rc\n", "\r");
        assertThat(split("\0\13\212\377\n\n")).containsExactly("\0\13\212\377\n", "\n");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 8, 9, 1000, 65_535, 65_536, 65_537, 1 << 20})
    void theLongestLineAllowedFitsAndOneByteMoreDoesNot(int maxLine) {
        byte[] fits = new byte[maxLine];
        fits[maxLine - 1] = '\n';
        var splitter = new LineSplitter(maxLine);
        splitter.feed(fits, maxLine);
        assertThat(splitter.next()).isTrue();
        assertThat(splitter.isTooLong()).isFalse();
        assertThat(splitter.length()).isEqualTo(maxLine);
        splitter.consume();

        byte[] over = new byte[maxLine + 1];
        over[maxLine] = '\n';
        splitter.feed(over, over.length);
        assertThat(splitter.next()).isTrue();
        assertThat(splitter.isTooLong()).isTrue();
        assertThat(splitter.lineNumber()).isEqualTo(2);
        assertThat(splitter.byteOffset()).isEqualTo(maxLine);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 8, 1000, 65_536})
    void aLineThatHasNotEndedIsRefusedAtTheFirstByteTooMany(int maxLine) {
        var splitter = new LineSplitter(maxLine);
        splitter.feed(new byte[maxLine], maxLine);
        assertThat(splitter.next()).isFalse();
        assertThat(splitter.isTooLong()).isFalse();
        splitter.feed(new byte[1], 1);
        assertThat(splitter.next()).isFalse();
        assertThat(splitter.isTooLong()).isTrue();
    }

    @Test
    void theLastLineMayBeAsLongAsAnyOther() {
        var splitter = new LineSplitter(10);
        splitter.feed(new byte[10], 10);
        assertThat(splitter.next()).isFalse();
        assertThat(splitter.last()).isTrue();
        assertThat(splitter.isTooLong()).isFalse();
        assertThat(splitter.length()).isEqualTo(10);
    }

    @Test
    void memoryIsBoundedByTheLongestLineAndOneChunk() {
        int chunk = ReadAhead.CHUNK;
        byte[] bytes = new byte[chunk];
        var splitter = new LineSplitter(Defaults.MAX_BUFFER_SIZE);
        for (int fed = 0; fed < Defaults.MAX_BUFFER_SIZE; fed += chunk) {
            splitter.feed(bytes, chunk);
            assertThat(splitter.next()).isFalse();
        }
        assertThat(splitter.isTooLong()).isFalse();
        assertThat(splitter.capacity()).isEqualTo(Defaults.MAX_BUFFER_SIZE);
        splitter.feed(bytes, 1);
        assertThat(splitter.next()).isFalse();
        assertThat(splitter.isTooLong()).isTrue();
        assertThat(splitter.capacity()).isLessThanOrEqualTo(Defaults.MAX_BUFFER_SIZE + chunk);
    }

    @Test
    void manyShortLinesNeverMakeTheWindowGrow() {
        byte[] input = "0123456789\n".repeat(200_000).getBytes(ISO_8859_1);
        var splitter = new LineSplitter(1 << 20);
        assertThat(split(splitter, input, new Random(1), 65_536)).hasSize(200_000);
        assertThat(splitter.capacity()).isLessThanOrEqualTo(1 << 17);
    }
}
