package io.torvyn.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.torvyn.component.EngineException;
import io.torvyn.component.Imports;
import io.torvyn.component.spi.CoreEngine;
import io.torvyn.guests.Guests;
import io.torvyn.types.ComponentId;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever is done to the bytes of a guest: it works, or it is refused with an {@link EngineException}. */
class MutatedGuestsTest {
    private static final ScheduledExecutorService WATCHDOG = Executors.newSingleThreadScheduledExecutor();

    @AfterAll
    static void end() {
        WATCHDOG.shutdownNow();
    }

    /** Compiled, instantiated without and with what it imports, and run once. */
    private static void tryOut(byte[] wasm, CoreEngine.Strategy strategy, String what) throws InterruptedException {
        try (var flow = new TestFlow(strategy)) {
            WasmEngine engine = new WasmEngine(
                    TestFlow.CORE, EngineSettings.DEFAULT.withStrategy(strategy), CompiledComponentCache.inMemory());
            CompiledComponent compiled;
            try {
                compiled = engine.compile(wasm, what);
            } catch (EngineException e) {
                assertThat(e.failure().code().id()).isEqualTo("E0800");
                return;
            }
            var limits = engine.settings().limits();
            var alone = new ComponentId(99);
            endsWell(() -> engine.instantiate(compiled, new Imports(), alone, "alone", limits)
                    .close());
            endsWell(() -> run(flow, flow.stage(compiled, "changed", limits)));
        } catch (RuntimeException | Error e) {
            fail(what, e);
        }
    }

    private static void run(TestFlow flow, TestFlow.Stage stage) {
        if (stage.component().hasLifecycle()) {
            stage.invoker().init("{}");
        }
        Element in = flow.element(0, "some text");
        var out = new Element();
        if (stage.component().hasProcessor()) {
            stage.invoker().process(in, out);
        }
        if (stage.component().hasSource()) {
            stage.invoker().pull(out);
        }
        if (stage.component().hasSink()) {
            stage.invoker().push(in);
        }
    }

    private static void endsWell(Runnable action) throws InterruptedException {
        Thread thread = Thread.currentThread();
        ScheduledFuture<?> interruption = WATCHDOG.schedule(thread::interrupt, 250, TimeUnit.MILLISECONDS);
        try {
            action.run();
        } catch (EngineException e) {
            assertThat(e.failure().code().id()).matches("E08\\d\\d|E0425").isNotEqualTo("E0809");
        } finally {
            if (!interruption.cancel(false)) {
                while (!Thread.interrupted() && !interruption.isDone()) {
                    Thread.onSpinWait();
                }
            }
            Thread.interrupted();
        }
    }

    @ParameterizedTest
    @CsvSource({"constant, 150", "identity, 60", "unversioned, 60", "source, 60", "reverse, 40"})
    void truncationsEndWell(String guest, int count) throws InterruptedException {
        byte[] wasm = Guests.bytes(guest);
        for (int i = 0; i < count; i++) {
            int length = (int) ((long) wasm.length * i / count);
            tryOut(Arrays.copyOf(wasm, length), CoreEngine.Strategy.BASELINE, guest + " cut to " + length);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "constant, BASELINE, 300",
        "identity, BASELINE, 200",
        "unversioned, BASELINE, 200",
        "append-thrice, BASELINE, 120",
        "sink, BASELINE, 120",
        "reverse, BASELINE, 80",
        "constant, OPTIMIZED, 120",
        "source, OPTIMIZED, 60"
    })
    void changedBitsEndWell(String guest, CoreEngine.Strategy strategy, int count) throws InterruptedException {
        byte[] wasm = Guests.bytes(guest);
        var random = new Random(20260722);
        for (int i = 0; i < count; i++) {
            byte[] changed = wasm.clone();
            int place = random.nextInt(changed.length);
            int bit = random.nextInt(8);
            changed[place] ^= (byte) (1 << bit);
            tryOut(changed, strategy, guest + ", bit " + bit + " of byte " + place);
        }
    }
}
