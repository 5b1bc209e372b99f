package io.torvyn.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.torvyn.types.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileAuditSinkTest {
    private static final Clock CLOCK = Clock.fixed(Instant.ofEpochSecond(1, 5), ZoneOffset.UTC);

    @TempDir
    private Path directory;

    @Test
    void eachEventIsALineOfJson() throws IOException {
        Path file = directory.resolve("logs").resolve("audit.log");
        try (AuditLog log = new AuditLog(new FileAuditSink(file, 1 << 20, 3), CLOCK)) {
            log.record(
                    AuditEvent.Severity.INFO,
                    "sink",
                    new AuditEvent.CapabilityGrantResolved(List.of(), List.of("stdio:stdout"), List.of("a", "b")));
            log.record(
                    AuditEvent.Severity.WARN,
                    "sink",
                    new AuditEvent.CapabilityDeniedAtRuntime("x", "a \"quoted\"\n{\"forged\": 1}\\ \u2028é"));
            log.record(AuditEvent.Severity.INFO, "sink", new AuditEvent.CapabilityExercisedAggregate("x", 3, 40));
        }

        assertThat(Files.readAllLines(file))
                .containsExactly(
                        "{\"sequence\":1,\"timestamp_ns\":1000000005,\"severity\":\"INFO\",\"tenant\":\"default\","
                                + "\"component\":\"sink\",\"event\":\"CapabilityGrantResolved\",\"requested\":[],"
                                + "\"granted\":[\"stdio:stdout\"],\"effective\":[\"a\",\"b\"]}",
                        "{\"sequence\":2,\"timestamp_ns\":1000000005,\"severity\":\"WARN\",\"tenant\":\"default\","
                                + "\"component\":\"sink\",\"event\":\"CapabilityDeniedAtRuntime\",\"capability\":\"x\","
                                + "\"detail\":\"a \\\"quoted\\\"\\u000a{\\\"forged\\\": 1}\\\\ \\u2028é\"}",
                        "{\"sequence\":3,\"timestamp_ns\":1000000005,\"severity\":\"INFO\",\"tenant\":\"default\","
                                + "\"component\":\"sink\",\"event\":\"CapabilityExercisedAggregate\","
                                + "\"capability\":\"x\",\"count\":3,\"interval_ms\":40}");
    }

    @Test
    void aFullFileIsNumberedAndTheOldestGoes() throws IOException {
        Path file = directory.resolve("audit.log");
        try (AuditLog log = new AuditLog(new FileAuditSink(file, 300, 2), CLOCK)) {
            for (int i = 0; i < 8; i++) {
                log.record(AuditEvent.Severity.INFO, "sink", new AuditEvent.CapabilityExercised("x", "use " + i));
            }
        }

        assertThat(lastUse(file)).isEqualTo("7");
        assertThat(lastUse(directory.resolve("audit.log.1"))).isEqualTo("6");
        assertThat(lastUse(directory.resolve("audit.log.2"))).isEqualTo("5");
        try (var files = Files.list(directory)) {
            assertThat(files).hasSize(3);
        }
    }

    @Test
    void anOlderLogIsContinued() throws IOException {
        Path file = directory.resolve("audit.log");
        Files.writeString(file, "{}\n");
        try (AuditLog log = new AuditLog(new FileAuditSink(file, 1 << 20, 1), CLOCK)) {
            log.record(AuditEvent.Severity.INFO, "sink", new AuditEvent.CapabilityExercised("x", "use 1"));
        }

        assertThat(Files.readAllLines(file)).hasSize(2).startsWith("{}");
    }

    @Test
    void aLogThatCannotBeWrittenIsToldAndThrowsNothing() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "").resolve("audit.log");
        FileAuditSink sink = new FileAuditSink(file, 1 << 20, 1);
        AuditLog log = new AuditLog(sink, CLOCK);

        log.record(AuditEvent.Severity.INFO, "sink", new AuditEvent.CapabilityExercised("x", "use"));
        log.record(AuditEvent.Severity.INFO, "sink", new AuditEvent.CapabilityExercised("x", "use"));
        log.close();

        assertThat(sink.failure())
                .hasValueSatisfying(f -> assertThat(f.code()).isEqualTo(ErrorCode.AUDIT_WRITE_FAILED));
    }

    private static String lastUse(Path file) throws IOException {
        String text = Files.readString(file);
        return text.substring(text.lastIndexOf("use ") + 4, text.lastIndexOf("use ") + 5);
    }
}
