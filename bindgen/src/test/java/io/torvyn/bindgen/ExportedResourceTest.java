package io.torvyn.bindgen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torvyn.bindgen.calls.Calls;
import io.torvyn.bindgen.calls.Calls.Counter;
import io.torvyn.bindgen.calls.Calls.Reading;
import io.torvyn.component.ByteSource;
import io.torvyn.component.Component;
import io.torvyn.component.Imports;
import io.torvyn.component.Instance;
import io.torvyn.component.InstanceOptions;
import io.torvyn.component.spi.CoreLimits;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Resources that a guest implements, through generated bindings: guest {@code calls}. */
class ExportedResourceTest {
    private static final Component COMPONENT =
            Component.load(Path.of("../guests/src/main/resources/io/torvyn/guests/calls.wasm"));

    private final Instance instance = instantiate();
    private final Calls.Guest calls = Calls.Guest.of(instance);

    private static Instance instantiate() {
        return COMPONENT.instantiate(new Imports(), new InstanceOptions("calls", new CoreLimits(1 << 24, 100)));
    }

    @AfterEach
    void close() {
        instance.close();
    }

    @Test
    void anObjectStandsForEachHandle() {
        try (Counter first = calls.newCounter(3);
                Counter second = calls.newCounter(10)) {
            assertThat(first.increment(2)).isEqualTo(5);
            assertThat(first.increment(2)).isEqualTo(7);
            assertThat(second.increment(-1)).isEqualTo(9);
            assertThat(calls.counters()).isEqualTo(2);
        }
    }

    @Test
    void closingRunsTheGuestsDestructorOnce() {
        Counter counter = calls.newCounter(0);

        counter.close();
        counter.close();

        assertThat(calls.counters()).isZero();
        assertThat(instance.handles().size()).isZero();
    }

    @Test
    void whatIsGivenAwayIsTheGuestsToDrop() {
        Counter first = calls.newCounter(1);
        Counter second = calls.newCounter(2);

        try (Counter merged = calls.counterMerge(first, second)) {
            assertThat(merged.increment(0)).isEqualTo(3);
            assertThat(calls.counters()).isEqualTo(1);
            first.close(); // has nothing left to drop
            assertThat(calls.counters()).isEqualTo(1);
        }
        assertThat(calls.counters()).isZero();
    }

    @Test
    void aClosedObjectCannotBeUsed() {
        Counter counter = calls.newCounter(0);
        counter.close();

        assertThatThrownBy(() -> counter.increment(1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("this counter has been closed or given away");
        assertThat(calls.add(1, 2)).as("the instance is as it was").isEqualTo(3);
    }

    @Test
    void anObjectOfAnotherInstanceIsRefused() {
        try (Instance other = instantiate()) {
            Counter foreign = Calls.Guest.of(other).newCounter(0);
            Counter own = calls.newCounter(0);

            assertThatThrownBy(() -> calls.counterMerge(own, foreign))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("this counter belongs to another instance of a component");
            assertThat(own.increment(1)).as("nothing was given away").isEqualTo(1);
        }
    }

    @Test
    void closingAfterTheInstanceHasEndedDoesNothing() {
        Counter counter = calls.newCounter(0);
        instance.close();

        counter.close();

        assertThat(counter.handle().isLive()).isFalse();
    }

    @Test
    void everyKindOfCallGoesThrough() {
        var reading = new Reading(-1, -2, -3, -4, 65535, (short) -6, 255, true, 0.1, -0.5f);

        calls.nop();
        assertThat(calls.add(-1, 3)).isEqualTo(2);
        assertThat(calls.mix(-1, -2, 0.5f, 4)).isEqualTo(4294967295.0);
        assertThat(calls.text("Ä")).isEqualTo(0xc3 + 2);
        assertThat(calls.greet("")).isEqualTo("Hello, ");
        assertThat(calls.greet("Zoë 😀")).isEqualTo("Hello, Zoë 😀");
        assertThat(calls.sum(ByteSource.of(new byte[] {1, 100, -1}))).isEqualTo(256);
        assertThat(calls.bytes(3).toArray()).hasSize(3).startsWith(1).endsWith(2);
        assertThat(calls.relay(reading))
                .isEqualTo(new Reading(0, -2, -3, -4, 65535, (short) -6, 255, true, 0.1, -0.5f));
        List<Reading> readings = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            readings.add(new Reading(i, i, i, -i, i, (short) i, i & 0xff, i % 2 == 0, i, i));
        }
        assertThat(calls.relayAll(readings))
                .hasSize(1000)
                .extracting(Reading::id)
                .startsWith(1L, 2L, 3L);
        assertThat(calls.relayAll(readings).get(999).at()).isEqualTo(999);
    }
}
