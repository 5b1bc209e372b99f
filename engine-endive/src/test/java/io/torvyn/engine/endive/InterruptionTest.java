package io.torvyn.engine.endive;

import static io.torvyn.engine.endive.Fixture.ENGINE;
import static io.torvyn.engine.endive.Fixture.call;
import static io.torvyn.engine.endive.Fixture.instance;
import static org.assertj.core.api.Assertions.assertThat;

import io.torvyn.component.spi.CoreEngine.Strategy;
import io.torvyn.component.spi.CoreInstance;
import io.torvyn.component.spi.CoreTrap;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Another thread can stop whatever a guest does. */
@Timeout(60)
class InterruptionTest {
    /** Runs a function until it is interrupted, twice: soon after it was entered, and when its code is hot. */
    private static void isStopped(Strategy strategy, String module, String function, Object... arguments)
            throws Exception {
        for (int millis : new int[] {1, 200}) {
            var entering = new CountDownLatch(1);
            var ended = new CompletableFuture<CoreTrap>();
            CoreInstance instance = instance(module, strategy);
            Thread runner = Thread.ofPlatform().daemon().start(() -> {
                entering.countDown();
                try {
                    call(instance, function, arguments);
                    ended.completeExceptionally(new AssertionError(function + " has ended by itself"));
                } catch (Throwable thrown) {
                    ended.complete(Objects.requireNonNull(ENGINE.trap(thrown)));
                }
            });
            entering.await();
            runner.join(millis); // it does not end before
            instance.heedInterruption();
            runner.interrupt();

            CoreTrap trap = ended.get(30, TimeUnit.SECONDS);
            instance.ignoreInterruption();
            assertThat(trap.kind()).as(function).isEqualTo(CoreTrap.Kind.INTERRUPTED);
            assertThat(trap.backtrace()).as(function).contains(function);
        }
    }

    @ParameterizedTest
    @EnumSource
    void loopsOfInstructionsThatTakeLong(Strategy strategy) throws Exception {
        isStopped(strategy, "busy", "fill");
        isStopped(strategy, "busy", "copy");
        isStopped(strategy, "busy", "grow");
    }

    @ParameterizedTest
    @EnumSource
    void loopsByBranchTablesAndConditions(Strategy strategy) throws Exception {
        isStopped(strategy, "busy", "switch");
        isStopped(strategy, "busy", "load");
    }

    @ParameterizedTest
    @EnumSource
    void recursionWithoutLoops(Strategy strategy) throws Exception {
        isStopped(strategy, "busy", "fan", 60);
        isStopped(strategy, "busy", "through-table", 60);
    }

    @ParameterizedTest
    @EnumSource
    void functionsTooLargeForTheJvm(Strategy strategy) throws Exception {
        isStopped(strategy, "large-loop", "endless");
    }
}
