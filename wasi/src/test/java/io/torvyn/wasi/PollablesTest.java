package io.torvyn.wasi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torvyn.component.CallInterruptedException;
import io.torvyn.component.TrapException;
import java.io.ByteArrayInputStream;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** wasi:io/poll, and the timers of wasi:clocks/monotonic-clock. */
@Timeout(30)
class PollablesTest {
    private final Clocks.Monotonic clock = new Clocks.Monotonic(() -> {});

    @Test
    void pollingNothingTraps() {
        assertThatThrownBy(() -> Pollables.poll(List.of())).isInstanceOf(TrapException.class);
    }

    @Test
    void pollGivesThePlacesOfAllThatAreReady() {
        Poll.Pollable never = clock.subscribeDuration(-1);
        assertThat(Pollables.poll(List.of(new Pollables.Ready(), never, new Pollables.Ready())))
                .containsExactly(0, 2);
    }

    @Test
    void pollWaitsForTheFirstTimer() {
        long start = System.nanoTime();
        assertThat(Pollables.poll(List.of(clock.subscribeDuration(-1), clock.subscribeDuration(20_000_000))))
                .containsExactly(1);
        assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(20_000_000);
    }

    @Test
    void pollIsWokenByWhatBecomesReadyInAnotherThread() {
        var input = new GuestInput(Optional.of(new ByteArrayInputStream(new byte[] {1})), () -> {});
        assertThat(Pollables.poll(List.of(clock.subscribeDuration(-1), input.subscribe())))
                .containsExactly(1);
    }

    @Test
    void anInstantIsReadyWhenTheClockHasReachedIt() {
        Poll.Pollable pollable = clock.subscribeInstant(clock.now() + 20_000_000);
        assertThat(pollable.ready()).isFalse();
        pollable.block();
        assertThat(pollable.ready()).isTrue();
        assertThat(clock.subscribeInstant(0).ready()).isTrue();
    }

    @Test
    void timesBeyondTheRangeOfALongAreNever() {
        for (long forever : new long[] {Long.MAX_VALUE, Long.MIN_VALUE, -1}) {
            assertThat(clock.subscribeInstant(forever).ready()).isFalse();
            assertThat(clock.subscribeDuration(forever).ready()).isFalse();
        }
    }

    @Test
    void waitingIsInterrupted() {
        Poll.Pollable never = clock.subscribeDuration(-1);
        Thread.currentThread().interrupt();
        assertThatThrownBy(never::block).isInstanceOf(CallInterruptedException.class);
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> Pollables.poll(List.of(never, never))).isInstanceOf(CallInterruptedException.class);
        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    void randomBytesAreBounded() {
        var random = new Randomness(() -> {});
        assertThat(random.getRandomBytes(0).length()).isZero();
        assertThat(random.getRandomBytes(1000).length()).isEqualTo(1000);
        for (long length : new long[] {(16 << 20) + 1, 1L << 32, -1}) {
            assertThatThrownBy(() -> random.getRandomBytes(length)).isInstanceOf(TrapException.class);
            assertThatThrownBy(() -> new Randomness.Weak(() -> {}).getInsecureRandomBytes(length))
                    .isInstanceOf(TrapException.class);
        }
    }
}
