package io.torvyn.systemtests;

import static io.torvyn.systemtests.Project.config;
import static io.torvyn.systemtests.TorvynProcess.torvyn;
import static org.assertj.core.api.Assertions.assertThat;

import io.torvyn.systemtests.TorvynProcess.Ended;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A flow that changes nothing gives back its input, byte for byte. */
class IdentityTest {
    @TempDir
    private Path directory;

    private Ended through(String guest, byte[] input, String source, String... limits) {
        Project.in(directory)
                .source("in", "native:stdin", config(source))
                .processor("same", guest, limits)
                .sink("out", "native:stdout")
                .write();
        TorvynProcess process = torvyn("run").in(directory).stdin(input);
        return input.length < 100 ? process.shortLived().run() : process.run();
    }

    private static byte[] line(int length) {
        byte[] line = new byte[length];
        Arrays.fill(line, (byte) 'x');
        line[length / 2] = 'y';
        line[length - 1] = '\n';
        return line;
    }

    /** Every kind of line that a careless reader of text would change, one after the other. */
    private static byte[] everyKindOfLine() {
        var all = new ByteArrayOutputStream();
        all.writeBytes("unix\nwindows\r\n\r\n\n\n\rold mac\r and more\n\r\r\n".getBytes(StandardCharsets.UTF_8));
        all.writeBytes("a\0b\0\n\0\n\0\0\0\n".getBytes(StandardCharsets.UTF_8));
        all.writeBytes("\ufeffZoë ключ 鍵 🔑 \u2028 \u0085 next\n".getBytes(StandardCharsets.UTF_8));
        all.writeBytes(new byte[] {
            (byte) 0xff,
            (byte) 0xfe,
            (byte) 0xc0,
            (byte) 0x80,
            '\n',
            (byte) 0xed,
            (byte) 0xa0,
            (byte) 0x80,
            '\n',
            (byte) 0xf0,
            (byte) 0x9f,
            '\n'
        });
        for (int b = 0; b < 256; b++) {
            all.write(b);
        }
        // One byte below, at and above each tier of buffers, and each once more in the middle.
        for (int size :
                new int[] {255, 256, 257, 300, 4095, 4096, 4097, 5000, 65_535, 65_536, 65_537, 70_000, (1 << 20) - 1}) {
            all.writeBytes(line(size));
        }
        all.writeBytes("the last line has no terminator".getBytes(StandardCharsets.UTF_8));
        return all.toByteArray();
    }

    @ParameterizedTest
    @ValueSource(strings = {"copy", "identity"})
    void everyKindOfLineComesOutAsItWentIn(String guest) {
        byte[] input = everyKindOfLine();
        Ended ended = through(guest, input, "{\"framing\": \"lines\"}").exitsWith(0);
        assertThat(Arrays.mismatch(ended.stdout(), input)).isEqualTo(-1);
    }

    @Test
    void anyBytesComeOutAsTheyWentInWhenReadInChunks() {
        byte[] input = new byte[3_000_001];
        new Random(17).nextBytes(input);
        Ended ended = through("copy", input, "{\"framing\": \"chunks\"}").exitsWith(0);
        assertThat(Arrays.mismatch(ended.stdout(), input)).isEqualTo(-1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "x", "\r\n", "\0"})
    void theSmallestInputsComeOutAsTheyWentIn(String input) {
        Ended ended =
                through("copy", input.getBytes(StandardCharsets.UTF_8), "{}").exitsWith(0);
        assertThat(ended.text()).isEqualTo(input);
        assertThat(ended.stderr()).containsPattern("Elements: +" + (input.isEmpty() ? 0 : 1) + "\n");
    }

    @Test
    void aLineOfTwoMebibytesPassesWhereTheConfigurationAllowsIt() {
        byte[] input = line(2 << 20);
        Ended ended = through("copy", input, "{\"max_line\": 4194304}", "max_memory = \"32MiB\"");
        ended.exitsWith(0);
        assertThat(Arrays.mismatch(ended.stdout(), input)).isEqualTo(-1);
    }

    @Test
    void aLineThatIsTooLongEndsTheFlowAndNamesItsPlace() {
        var input = new ByteArrayOutputStream();
        input.writeBytes("first\nsecond\n".getBytes(StandardCharsets.UTF_8));
        input.writeBytes(line((1 << 20) + 1));
        input.writeBytes("never seen\n".getBytes(StandardCharsets.UTF_8));
        Ended ended = through("copy", input.toByteArray(), "{}").exitsWith(1);
        assertThat(ended.text()).isEqualTo("first\nsecond\n");
        assertThat(ended.stderr())
                .contains(
                        "error[E0308]: line 3 of standard input, which starts at byte 13",
                        "1048576",
                        "help:",
                        "max_line")
                .doesNotContain("\tat ");
    }

    @Test
    void theLongestLineAllowedCountsItsTerminator() {
        assertThat(through("copy", "123456789\n".getBytes(StandardCharsets.UTF_8), "{\"max_line\": 10}")
                        .exitsWith(0)
                        .text())
                .isEqualTo("123456789\n");
        assertThat(through("copy", "1234567890\n".getBytes(StandardCharsets.UTF_8), "{\"max_line\": 10}")
                        .exitsWith(1)
                        .stderr())
                .contains("E0308", "line 1 ", "byte 0");
        assertThat(through("copy", "ok\n1234567890x".getBytes(StandardCharsets.UTF_8), "{\"max_line\": 10}")
                        .exitsWith(1)
                        .stderr())
                .contains("E0308", "line 2 ", "byte 3");
    }
}
