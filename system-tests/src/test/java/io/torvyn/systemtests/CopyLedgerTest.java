package io.torvyn.systemtests;

import static io.torvyn.systemtests.Project.config;
import static io.torvyn.systemtests.TorvynProcess.torvyn;
import static org.assertj.core.api.Assertions.assertThat;

import io.torvyn.guests.Guests;
import io.torvyn.systemtests.TorvynProcess.Ended;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The figures are those of work that was done: guests that count for themselves come to the same. */
class CopyLedgerTest {
    private static final int ELEMENTS = 1000;

    @TempDir
    private Path directory;

    private JsonNode run(int exitCode) {
        Ended ended = torvyn("run", "--format", "json").in(directory).run().exitsWith(exitCode);
        return ended.json();
    }

    private static long figure(Pattern pattern, JsonNode json) {
        Matcher found = pattern.matcher(json.get("detail").stringValue());
        assertThat(found.find()).as(json.toString()).isTrue();
        return Long.parseLong(found.group(1));
    }

    @Test
    void anElementFromSourceThroughProcessorToSinkIsCopiedFourTimes() {
        Project.in(directory)
                .source("in", "source", config("{\"count\": 1000, \"size\": 64}"))
                .processor("same", "copy")
                .sink("out", "sink")
                .write();
        JsonNode data = run(0).get("data");
        assertThat(data.get("elements_processed").intValue()).isEqualTo(ELEMENTS);
        assertThat(data.get("copies").longValue()).isEqualTo(4 * ELEMENTS);
        assertThat(data.get("copy_bytes").longValue()).isEqualTo(4 * 64 * ELEMENTS);
        assertThat(data.get("component_count").intValue()).isEqualTo(3);
    }

    @Test
    void threeAppendsMakeSixCopiesAndTheGuestCountsTheSameBytes() {
        Project.in(directory)
                .source("in", "source", config("{\"count\": 1000, \"size\": 96}"))
                .processor("append", "append-thrice")
                .sink("out", "sink")
                .write();
        JsonNode data = run(0).get("data");
        assertThat(data.get("copies").longValue()).isEqualTo(6 * ELEMENTS);
        long ledger = data.get("copy_bytes").longValue();

        // The one that tells its figures is read, and not written.
        Project.in(directory)
                .source("in", "source", config("{\"count\": 1001, \"size\": 96}"))
                .processor("append", "append-thrice", config("{\"report_at\": 1001}"))
                .sink("out", "sink")
                .write();
        JsonNode report = run(1);
        long read = figure(Pattern.compile("read=(\\d+)"), report) - 96;
        long wrote = figure(Pattern.compile("wrote=(\\d+)"), report);
        assertThat(figure(Pattern.compile("elements=(\\d+)"), report)).isEqualTo(ELEMENTS + 1);
        // The source writes what the processor reads, and the sink reads what it wrote.
        assertThat(ledger).isEqualTo(2 * read + 2 * wrote);
    }

    @Test
    void whatTheSinkHasReadIsWhatTheSourceHasWritten() {
        Project.in(directory)
                .source("in", "source", config("{\"count\": 1000, \"size\": 100}"))
                .sink("out", "tally-sink")
                .write();
        JsonNode report = run(1);
        assertThat(figure(Pattern.compile("elements=(\\d+)"), report)).isEqualTo(ELEMENTS);
        assertThat(figure(Pattern.compile("first=(\\d+)"), report)).isZero();
        assertThat(figure(Pattern.compile("last=(\\d+)"), report)).isEqualTo(ELEMENTS - 1);
        assertThat(2 * figure(Pattern.compile("read=(\\d+)"), report))
                .isEqualTo(report.get("data").get("copy_bytes").longValue());
    }

    @Test
    void changedBytesOfAGuestChangeTheOutput() {
        byte[] guest = Guests.bytes("constant");
        Project.in(directory)
                .file("as-built.wasm", guest)
                .source("in", "native:stdin")
                .processor("answer", "as-built.wasm")
                .sink("out", "native:stdout")
                .write();
        assertThat(torvyn("run")
                        .in(directory)
                        .stdin("a\nb\n")
                        .run()
                        .exitsWith(0)
                        .text())
                .isEqualTo("The answer is 42.\nThe answer is 42.\n");

        int place = new String(guest, StandardCharsets.ISO_8859_1).indexOf("42.");
        guest[place] = '5';
        guest[place + 1] = '4';
        Project.in(directory).file("as-built.wasm", guest);
        assertThat(torvyn("run")
                        .in(directory)
                        .stdin("a\nb\n")
                        .run()
                        .exitsWith(0)
                        .text())
                .isEqualTo("The answer is 54.\nThe answer is 54.\n");
    }
}
