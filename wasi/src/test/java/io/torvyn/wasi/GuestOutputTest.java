package io.torvyn.wasi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torvyn.component.CallInterruptedException;
import io.torvyn.component.EngineException;
import io.torvyn.component.Instance;
import io.torvyn.component.Result;
import io.torvyn.component.TrapException;
import io.torvyn.component.Value;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** wasi:io/streams, output-stream: from a guest's code where that matters. */
class GuestOutputTest {
    private static final long OK = 0;
    private static final long LAST_OPERATION_FAILED = 10;
    private static final long CLOSED = 11;

    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final Denials denials = new Denials();

    /** Fails as it is told, and counts how often it was asked. */
    private static final class Failing extends OutputStream {
        private final IOException failure;
        private int attempts;

        Failing(IOException failure) {
            this.failure = failure;
        }

        @Override
        public void write(int b) throws IOException {
            attempts++;
            throw failure;
        }
    }

    private Instance guest(OutputStream stdout) {
        return Fixtures.instance(
                "output",
                new WasiGrants(Optional.empty(), Optional.of(stdout), Optional.empty(), Map.of(), List.of(), Set.of()),
                denials);
    }

    private static Value u32(long value) {
        return new Value.U32(value);
    }

    @Test
    void whatIsGrantedArrivesUnchanged() {
        try (Instance guest = guest(written)) {
            assertThat(Fixtures.call(guest, "blocking", u32(3))).isEqualTo(OK);
            assertThat(Fixtures.call(guest, "blocking", u32(0))).isEqualTo(OK);
            assertThat(Fixtures.call(guest, "check-write")).isEqualTo(GuestOutput.PERMIT);
            assertThat(Fixtures.call(guest, "zeroes", new Value.U64(2))).isEqualTo(OK);
            assertThat(Fixtures.call(guest, "write", u32(2))).isEqualTo(OK);
        }
        assertThat(written.toString(StandardCharsets.UTF_8)).isEqualTo("aaa\0\0aa");
        assertThat(denials.all).isEmpty();
    }

    @Test
    void allThatCheckWriteAllowsCanBeWritten() {
        try (Instance guest = guest(written)) {
            Fixtures.call(guest, "check-write");
            assertThat(Fixtures.call(guest, "write", u32(GuestOutput.PERMIT))).isEqualTo(OK);
            Fixtures.call(guest, "check-write");
            assertThat(Fixtures.call(guest, "write", u32(1))).isEqualTo(OK);
        }
        assertThat(written.size()).isEqualTo(GuestOutput.PERMIT + 1);
    }

    @Test
    void writingMoreThanCheckWriteAllowedTraps() {
        try (Instance guest = guest(written)) {
            Fixtures.call(guest, "check-write");
            assertThat(Fixtures.trap(guest, "write", u32(GuestOutput.PERMIT + 1)))
                    .contains("wrote 65537 bytes", "65536");
        }
        assertThat(written.size()).isZero();
    }

    @Test
    void aPermitIsSpentByWriting() {
        try (Instance guest = guest(written)) {
            Fixtures.call(guest, "check-write");
            assertThat(Fixtures.call(guest, "write", u32(60_000))).isEqualTo(OK);
            assertThat(Fixtures.trap(guest, "write", u32(6_000))).contains("had left it 5536");
        }
        assertThat(written.size()).isEqualTo(60_000);
    }

    @Test
    void writingWithoutAskingTrapsUnlessItIsNothing() {
        try (Instance guest = guest(written)) {
            assertThat(Fixtures.call(guest, "write", u32(0))).isEqualTo(OK);
            assertThat(Fixtures.trap(guest, "write", u32(1))).contains("had left it 0");
        }
    }

    @Test
    void hugeNumbersOfZeroesTrap() {
        for (long length : new long[] {GuestOutput.PERMIT + 1, 1L << 32, -1}) {
            try (Instance guest = guest(written)) {
                Fixtures.call(guest, "check-write");
                assertThat(Fixtures.trap(guest, "zeroes", new Value.U64(length)))
                        .contains(Long.toUnsignedString(length) + " bytes");
            }
            var output = new GuestOutput(written);
            assertThatThrownBy(() -> output.blockingWriteZeroesAndFlush(length)).isInstanceOf(TrapException.class);
        }
        assertThat(written.size()).isZero();
    }

    @Test
    void blockingWriteAndFlushTakes4096BytesAndTrapsAtMore() {
        try (Instance guest = guest(written)) {
            assertThat(Fixtures.call(guest, "blocking", u32(4096))).isEqualTo(OK);
            assertThat(Fixtures.trap(guest, "blocking", u32(4097))).contains("blocking-write-and-flush", "4096");
        }
        assertThat(written.size()).isEqualTo(4096);
    }

    @Test
    void aBrokenPipeIsClosedAndStaysSo() {
        var pipe = new Failing(new IOException("Broken pipe"));
        try (Instance guest = guest(pipe)) {
            assertThat(Fixtures.call(guest, "blocking", u32(1))).isEqualTo(CLOSED);
            assertThat(Fixtures.call(guest, "blocking", u32(1))).isEqualTo(CLOSED);
            assertThat(pipe.attempts).isEqualTo(1);
        }
    }

    @Test
    void anotherFailureIsToldOnceAndThenItIsClosed() {
        try (Instance guest = guest(new Failing(new IOException("No space left on device")))) {
            assertThat(Fixtures.call(guest, "blocking", u32(1))).isEqualTo(LAST_OPERATION_FAILED);
            assertThat(guest.handles().size()).isEqualTo(2);
            assertThat(Fixtures.call(guest, "blocking", u32(1))).isEqualTo(CLOSED);
        }
        var output = new GuestOutput(new Failing(new IOException("No space left on device")));
        assertThat(output.blockingWriteZeroesAndFlush(1))
                .isInstanceOfSatisfying(Result.Err.class, err -> assertThat(err.error())
                        .isInstanceOfSatisfying(Streams.StreamError.LastOperationFailed.class, failed -> assertThat(
                                        failed.value().toDebugString())
                                .isEqualTo("No space left on device")));
        assertThat(output.checkWrite()).isEqualTo(Result.err(new Streams.StreamError.Closed()));
        assertThat(output.flush()).isEqualTo(Result.err(new Streams.StreamError.Closed()));
    }

    @Test
    void anInterruptedWriteEndsTheCall() {
        var output = new GuestOutput(new Failing(new InterruptedIOException("interrupted")));
        assertThatThrownBy(() -> output.blockingWriteZeroesAndFlush(1)).isInstanceOf(CallInterruptedException.class);

        try (Instance guest = guest(new Failing(new InterruptedIOException("interrupted")))) {
            assertThatThrownBy(() -> Fixtures.call(guest, "blocking", u32(1)))
                    .isInstanceOfSatisfying(
                            EngineException.class,
                            e -> assertThat(e.failure().code().id()).isEqualTo("E0425"));
        }
    }

    @Test
    void withoutTheGrantItIsDiscardedAndReportedOnceForAllHandles() {
        try (Instance guest = Fixtures.instance("output", WasiGrants.NONE, denials)) {
            assertThat(Fixtures.call(guest, "blocking", u32(0))).isEqualTo(OK);
            assertThat(denials.all).isEmpty();
            assertThat(Fixtures.call(guest, "blocking", u32(100))).isEqualTo(OK);
            assertThat(Fixtures.call(guest, "blocking", u32(100))).isEqualTo(OK);
        }
        assertThat(denials.all).containsExactly(new Denials.Denial("stdio:stdout", "wrote to its standard output"));
    }

    @Test
    void isAlwaysReady() {
        Poll.Pollable pollable = new GuestOutput(written).subscribe();
        pollable.block();
        assertThat(pollable.ready()).isTrue();
    }

    @Test
    void spliceMovesWhatTheInputHasUntilItsEnd() {
        var input = new GuestInput(
                Optional.of(new ByteArrayInputStream("hello".getBytes(StandardCharsets.UTF_8))), () -> {});
        var output = new GuestOutput(written);

        assertThat(output.blockingSplice(input, 2)).isEqualTo(Result.ok(2L));
        assertThat(output.splice(input, -1)).isEqualTo(Result.ok(3L));
        assertThat(output.blockingSplice(input, 1)).isEqualTo(Result.err(new Streams.StreamError.Closed()));
        assertThat(written.toString(StandardCharsets.UTF_8)).isEqualTo("hello");
    }
}
