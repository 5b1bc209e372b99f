package io.torvyn.engine.endive;

import static io.torvyn.engine.endive.Fixture.LIMITS;
import static io.torvyn.engine.endive.Fixture.bytes;
import static io.torvyn.engine.endive.Fixture.call;
import static io.torvyn.engine.endive.Fixture.function;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.torvyn.component.spi.CoreEngine.Strategy;
import io.torvyn.component.spi.CoreFunction.CallPath;
import io.torvyn.component.spi.CoreInstance;
import io.torvyn.component.spi.CoreModule;
import io.torvyn.component.spi.CoreTrap;
import io.torvyn.component.spi.CoreType;
import io.torvyn.component.spi.HostFunction;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.ref.WeakReference;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@link Strategy#TIERED}, with compilations that end when the test wants them to. */
class TieredTest {
    private static final MethodHandle PAUSE = pause();

    private final Queue<Runnable> compilations = new ArrayDeque<>();
    private final EndiveEngine engine = new EndiveEngine(compilations::add);
    private final CoreModule module = engine.compile(bytes("tiers"), Strategy.TIERED);

    /** What the host does when the guest pauses. */
    private Runnable inPause = () -> {};

    /** Of an exported function. */
    public interface Counter {
        int count();
    }

    private static MethodHandle pause() {
        try {
            return MethodHandles.lookup().findVirtual(TieredTest.class, "paused", MethodType.methodType(void.class));
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    void paused() {
        inPause.run();
    }

    private CoreInstance instance() {
        var host = new HostFunction(new CoreType.Function(List.of(), List.of()), PAUSE, this);
        return module.instantiate(List.of(host), LIMITS);
    }

    private void finishCompilation() {
        Objects.requireNonNull(compilations.poll()).run();
    }

    @Test
    void whatTheHostHoldsEntersCompiledCodeOnceItIsThere() throws Throwable {
        CoreInstance instance = instance();
        Counter counter = function(instance, "count").as(Counter.class);

        assertThat(counter.count()).isEqualTo(1);
        assertThat(module.execution()).isEqualTo(new CoreModule.Execution(Strategy.TIERED, false, List.of()));
        assertThat(function(instance, "count").path()).isEqualTo(CallPath.PLAIN);
        assertThat(module.serialize()).isNull();

        finishCompilation();

        assertThat(counter.count()).isEqualTo(2);
        assertThat(call(instance, "count")).isEqualTo(3);
        assertThat(module.execution().compiled()).isTrue();
        assertThat(function(instance, "count").path()).isEqualTo(CallPath.DIRECT);
        assertThat(module.serialize()).isNotNull();
        assertThat(call(instance(), "count")).isEqualTo(1);
    }

    @Test
    void valuesOfEveryTypeCrossBeforeAndAfter() throws Throwable {
        CoreInstance instance = instance();
        for (int round = 0; round < 2; round++) {
            assertThat(call(instance, "echo-i64", Long.MIN_VALUE + 1)).isEqualTo(Long.MIN_VALUE + 1);
            assertThat(call(instance, "echo-f32", -0.5f)).isEqualTo(-0.5f);
            assertThat(call(instance, "echo-f64", Math.PI, 1)).isEqualTo(Math.PI);
            assertThat(call(instance, "nothing")).isNull();
            if (round == 0) {
                finishCompilation();
            }
        }
    }

    @Test
    void aCallThatWasUnderWayGoesOnAndCallsCompiledCode() throws Throwable {
        int expected = (int) call(instance(), "sum", 9);
        CoreInstance instance = instance();
        inPause = this::finishCompilation;

        assertThat(call(instance, "sum", 9)).isEqualTo(expected);
        inPause = () -> {};
        assertThat(call(instance, "sum", 9)).isEqualTo(expected);
    }

    @Test
    void aTrapPassesThroughCallsOfBothKinds() {
        CoreInstance instance = instance();
        inPause = this::finishCompilation;

        for (int round = 0; round < 2; round++) {
            CoreTrap trap =
                    Objects.requireNonNull(engine.trap(catchThrowable(() -> call(instance, "pauses-and-fails"))));

            assertThat(trap.kind()).isEqualTo(CoreTrap.Kind.UNREACHABLE);
            assertThat(trap.backtrace()).containsExactly("fails", "pauses-and-fails");
            inPause = () -> {};
        }
    }

    @Test
    void codeThatIsThereAlreadyIsUsedFromTheStart() throws Throwable {
        finishCompilation();
        byte[] kept = Objects.requireNonNull(module.serialize());

        CoreModule again = engine.deserialize(bytes("tiers"), kept, Strategy.TIERED);

        assertThat(again.execution()).isEqualTo(new CoreModule.Execution(Strategy.TIERED, true, List.of()));
        assertThat(compilations).isEmpty();
    }

    @Test
    void whoeverWaitsForCompiledCodeIsToldOnce() {
        var told = new AtomicInteger();
        module.whenCompiled(told::incrementAndGet);
        assertThat(told).hasValue(0);

        finishCompilation();
        assertThat(told).hasValue(1);

        module.whenCompiled(told::incrementAndGet);
        assertThat(told).hasValue(2);
    }

    @Test
    @Timeout(60)
    void whatNobodyHasIsNotCompiled() throws InterruptedException {
        var told = new AtomicInteger();
        var forgotten = new WeakReference<>(forget(told));
        while (forgotten.get() != null) {
            System.gc();
            Thread.onSpinWait();
        }
        compilations.poll(); // of the module that every test has

        finishCompilation();

        assertThat(told).hasValue(0);
    }

    private CoreModule forget(AtomicInteger told) {
        CoreModule unwanted = engine.compile(bytes("traps"), Strategy.TIERED);
        unwanted.whenCompiled(told::incrementAndGet);
        return unwanted;
    }

    @Test
    @Timeout(60)
    void theBackgroundThreadDoesItByItself() throws Throwable {
        var compiled = new CountDownLatch(1);
        CoreModule traps = new EndiveEngine().compile(bytes("traps"), Strategy.TIERED);
        traps.whenCompiled(compiled::countDown);

        assertThat(compiled.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(traps.execution().compiled()).isTrue();
    }
}
