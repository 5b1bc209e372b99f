package io.torvyn.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PatienceTest {
    private static final long MS = 1_000_000;

    /** What the process has had of the processors. */
    private long processor = 700 * MS;

    private int asked;

    private long processor() {
        asked++;
        return processor;
    }

    private Patience of(long millis) {
        return new Patience(millis * MS, 0, this::processor);
    }

    @Test
    void whereTheProcessRunsItIsTheTimeItself() {
        Patience patience = of(500);
        processor += 499 * MS;
        assertThat(patience.isOver(499 * MS)).isFalse();
        assertThat(patience.isOver(500 * MS)).isTrue();
    }

    @Test
    void aProcessThatGetsNoProcessorIsWaitedFor() {
        Patience patience = of(500);
        assertThat(patience.isOver(500 * MS)).isFalse();
        assertThat(patience.isTimeUp(500 * MS)).isTrue();
        processor += 249 * MS;
        assertThat(patience.isOver(3000 * MS)).isFalse();
        processor += MS;
        assertThat(patience.isOver(3100 * MS)).isTrue();
    }

    @Test
    void butNotForEver() {
        Patience patience = of(500);
        assertThat(patience.isOver(9_999 * MS)).isFalse();
        assertThat(patience.isOver(10_000 * MS)).isTrue();
    }

    @Test
    void whereNobodyKnowsItIsTheTimeItself() {
        processor = -1;
        assertThat(of(500).isOver(500 * MS)).isTrue();
    }

    @Test
    void itLooksNowAndThenOnly() {
        Patience patience = of(500);
        for (int i = 0; i < 100; i++) {
            assertThat(patience.isOver((600 + i) * MS)).isFalse();
        }
        assertThat(asked).isEqualTo(1 + 5);
    }

    @Test
    void theProcessHasHadSomeProcessorTime() {
        assertThat(Duration.ofNanos(Patience.ofProcess())).isPositive();
    }
}
