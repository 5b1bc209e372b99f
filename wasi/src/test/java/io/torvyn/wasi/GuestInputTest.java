package io.torvyn.wasi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torvyn.component.ByteSource;
import io.torvyn.component.CallInterruptedException;
import io.torvyn.component.Result;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** wasi:io/streams, input-stream. */
@Timeout(30)
class GuestInputTest {
    private final List<String> asked = new ArrayList<>();

    @AfterEach
    void noInterruptionIsLeft() {
        assertThat(Thread.interrupted()).isFalse();
    }

    private GuestInput input(InputStream stream) {
        return new GuestInput(Optional.of(stream), () -> asked.add("asked"));
    }

    private static int length(Result<ByteSource, Streams.StreamError> result) {
        return switch (result) {
            case Result.Ok(var bytes) -> bytes.length();
            case Result.Err(var error) -> throw new AssertionError(error.toString());
        };
    }

    @Test
    void givesAllThatThereIsAndThenTheEnd() {
        GuestInput input = input(new ByteArrayInputStream(new byte[100]));

        assertThat(length(input.blockingRead(60))).isEqualTo(60);
        assertThat(input.skip(30)).isEqualTo(Result.ok(30L));
        assertThat(length(input.read(60))).isEqualTo(10);
        assertThat(input.blockingRead(1)).isEqualTo(Result.err(new Streams.StreamError.Closed()));
        assertThat(input.blockingSkip(1)).isEqualTo(Result.err(new Streams.StreamError.Closed()));
    }

    @Test
    void aLengthBeyondAllBoundsGivesOneChunk() {
        GuestInput input = input(new ByteArrayInputStream(new byte[1 << 20]));

        assertThat(length(input.blockingRead(-1))).isEqualTo(GuestInput.CHUNK);
        assertThat(length(input.blockingRead(Long.MAX_VALUE))).isEqualTo(GuestInput.CHUNK);
    }

    @Test
    void aLengthOfZeroWaitsForNothing() throws IOException {
        try (var pipe = new PipedInputStream(new PipedOutputStream())) {
            assertThat(length(input(pipe).blockingRead(0))).isZero();
        }
    }

    @Test
    void readNeverWaitsAndBlockTellsWhenThereIsSomething() throws IOException, InterruptedException {
        var sender = new PipedOutputStream();
        try (var pipe = new PipedInputStream(sender)) {
            GuestInput input = input(pipe);
            Poll.Pollable pollable = input.subscribe();

            assertThat(length(input.read(10))).isZero();
            assertThat(pollable.ready()).isFalse();
            sender.write(new byte[] {1, 2, 3});
            sender.flush();
            pollable.block();
            assertThat(pollable.ready()).isTrue();
            assertThat(length(input.read(10))).isEqualTo(3);
        }
    }

    @Test
    void waitingForATerminalIsInterrupted() throws IOException {
        try (var pipe = new PipedInputStream(new PipedOutputStream())) {
            GuestInput input = input(pipe);

            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> input.blockingRead(1)).isInstanceOf(CallInterruptedException.class);
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> input.subscribe().block()).isInstanceOf(CallInterruptedException.class);
        }
    }

    @Test
    void aFailureIsToldOnceAndThenItIsClosed() {
        GuestInput input = input(new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("Input/output error");
            }
        });

        input.subscribe().block();
        assertThat(input.blockingRead(1)).isInstanceOfSatisfying(Result.Err.class, err -> assertThat(err.error())
                .isInstanceOfSatisfying(
                        Streams.StreamError.LastOperationFailed.class,
                        failed -> assertThat(failed.value().toDebugString()).isEqualTo("Input/output error")));
        assertThat(input.blockingRead(1)).isEqualTo(Result.err(new Streams.StreamError.Closed()));
    }

    @Test
    void withoutTheGrantItIsAtItsEndAndSaysSo() {
        var input = new GuestInput(Optional.empty(), () -> asked.add("asked"));

        assertThat(input.subscribe().ready()).isTrue();
        assertThat(asked).isEmpty();
        assertThat(input.read(1)).isEqualTo(Result.err(new Streams.StreamError.Closed()));
        assertThat(asked).isNotEmpty();
    }
}
