package io.torvyn.engine.endive;

import static io.torvyn.engine.endive.Fixture.LIMITS;
import static io.torvyn.engine.endive.Fixture.bytes;
import static io.torvyn.engine.endive.Fixture.call;
import static io.torvyn.engine.endive.Fixture.function;
import static org.assertj.core.api.Assertions.assertThat;

import io.torvyn.component.spi.CoreEngine.Strategy;
import io.torvyn.component.spi.CoreFunction.CallPath;
import io.torvyn.component.spi.CoreInstance;
import io.torvyn.component.spi.CoreModule;
import io.torvyn.component.spi.CoreType;
import io.torvyn.component.spi.HostFunction;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What instances of one module share, when their threads use it for the first time at once: call sites of imports,
 * adapters of host functions, the change from interpreted to compiled code, the switch that stops. Bounded by counts, not
 * timed.
 */
@Timeout(120)
class SharedModuleTest {
    private static final int ROUNDS = 40;
    private static final int THREADS = 2;
    private static final int CALLS = 5;

    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS + 1);

    /** The host of one instance. */
    public static final class Host {
        private static final MethodHandle PAUSED = paused();

        private int pauses;

        private static MethodHandle paused() {
            try {
                return MethodHandles.lookup().findVirtual(Host.class, "pause", MethodType.methodType(void.class));
            } catch (ReflectiveOperationException e) {
                throw new ExceptionInInitializerError(e);
            }
        }

        void pause() {
            pauses++;
        }

        HostFunction function() {
            return new HostFunction(new CoreType.Function(List.of(), List.of()), PAUSED, this);
        }
    }

    @AfterEach
    void end() {
        threads.close();
    }

    private static void meet(AtomicInteger ready, int all) {
        ready.incrementAndGet();
        while (ready.get() < all) {
            Thread.onSpinWait();
        }
    }

    /** An instance which calls nobody's host but its own. */
    private static CoreInstance used(CoreModule module) {
        var host = new Host();
        CoreInstance instance = module.instantiate(List.of(host.function()), LIMITS);
        try {
            for (int i = 1; i <= CALLS; i++) {
                assertThat(call(instance, "sum", 9)).isEqualTo(23);
                assertThat(host.pauses).isEqualTo(i);
                assertThat(call(instance, "count")).isEqualTo(i);
            }
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
        return instance;
    }

    private void inEveryThread(Callable<CoreInstance> task) throws Exception {
        for (Future<CoreInstance> each : threads.invokeAll(Collections.nCopies(THREADS, task))) {
            assertThat(function(each.get(), "sum").path()).isEqualTo(CallPath.DIRECT);
        }
    }

    @Test
    void instancesThatCallTheirHostsForTheFirstTimeAtOnceCallTheirOwn() throws Exception {
        byte[] kept = Objects.requireNonNull(
                Fixture.module("tiers", Strategy.OPTIMIZED).serialize());
        for (int round = 0; round < ROUNDS; round++) {
            var engine = new EndiveEngine();
            CoreModule module = engine.deserialize(bytes("tiers"), kept, Strategy.OPTIMIZED);

            var ready = new AtomicInteger();
            inEveryThread(() -> {
                meet(ready, THREADS);
                return used(module);
            });
        }
    }

    @Test
    void compiledCodeComesWhileInstancesAreMadeAndRun() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            var compilations = new LinkedBlockingQueue<Runnable>();
            CoreModule module = new EndiveEngine(compilations::add).compile(bytes("tiers"), Strategy.TIERED);
            Future<?> compiling = threads.submit(compilations.remove());
            inEveryThread(() -> {
                while (!module.execution().compiled()) {
                    used(module);
                }
                return used(module);
            });
            compiling.get();
        }
    }
}
