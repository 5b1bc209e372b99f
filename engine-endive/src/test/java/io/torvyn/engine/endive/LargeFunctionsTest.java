package io.torvyn.engine.endive;

import static io.torvyn.engine.endive.Fixture.ENGINE;
import static io.torvyn.engine.endive.Fixture.LIMITS;
import static io.torvyn.engine.endive.Fixture.call;
import static io.torvyn.engine.endive.Fixture.function;
import static io.torvyn.engine.endive.WasmWriter.I64;
import static io.torvyn.engine.endive.WasmWriter.bytes;
import static io.torvyn.engine.endive.WasmWriter.join;
import static io.torvyn.engine.endive.WasmWriter.number;
import static io.torvyn.engine.endive.WasmWriter.signed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.torvyn.component.spi.CoreEngine.Strategy;
import io.torvyn.component.spi.CoreFunction.CallPath;
import io.torvyn.component.spi.CoreInstance;
import io.torvyn.component.spi.CoreModule;
import io.torvyn.component.spi.CoreTrap;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A function too large for a JVM method, which is interpreted, among functions that are compiled. */
class LargeFunctionsTest {
    private static final long CONSTANT = 1_000_000_000_001L;
    private static final int ADDITIONS = 20_000;

    private static final byte[] WASM = module();

    /**
     * {@code large(x)} adds much to x and passes it to the element x of a table: {@code next}, which adds one; {@code
     * fails}; {@code endless}; {@code back}, which calls {@code large(0)}. {@code outer} calls {@code large}.
     */
    private static byte[] module() {
        var writer = new WasmWriter();
        int type = writer.type(new int[] {I64}, I64);
        byte[] addition = join(bytes(0x42), signed(CONSTANT), bytes(0x7C));
        byte[][] additions = new byte[ADDITIONS][];
        Arrays.fill(additions, addition);
        writer.export("next", writer.function(type, bytes(0x20, 0, 0x42, 1, 0x7C)));
        writer.export("fails", writer.function(type, bytes(0x00)));
        writer.export("endless", writer.function(type, bytes(0x03, 0x40, 0x0C, 0, 0x0B, 0x00)));
        writer.export("back", writer.function(type, join(bytes(0x42, 0, 0x10), number(4))));
        int large = writer.function(
                type, join(bytes(0x20, 0), join(additions), bytes(0x20, 0, 0xA7, 0x11), number(type), number(0)));
        writer.table();
        writer.export("large", large);
        writer.export("outer", writer.function(type, join(bytes(0x20, 0, 0x10), number(large))));
        return writer.module();
    }

    private static CoreInstance instance(Strategy strategy) {
        return ENGINE.compile(WASM, strategy).instantiate(List.of(), LIMITS);
    }

    @Test
    void itIsNamedAndKeptSo() {
        CoreModule module = ENGINE.compile(WASM, Strategy.OPTIMIZED);
        CoreModule again = ENGINE.deserialize(WASM, Objects.requireNonNull(module.serialize()), Strategy.OPTIMIZED);

        assertThat(module.execution())
                .isEqualTo(new CoreModule.Execution(
                        Strategy.OPTIMIZED, true, List.of(new CoreModule.Interpreted(4, "large"))));
        assertThat(again.execution()).isEqualTo(module.execution());
        CoreInstance instance = again.instantiate(List.of(), LIMITS);
        assertThat(function(instance, "large").path()).isEqualTo(CallPath.PLAIN);
        assertThat(function(instance, "outer").path()).isEqualTo(CallPath.DIRECT);
    }

    @ParameterizedTest
    @EnumSource
    void callsGoBothWays(Strategy strategy) throws Throwable {
        CoreInstance instance = instance(strategy);
        long once = ADDITIONS * CONSTANT + 1;

        assertThat(call(instance, "large", 0L)).isEqualTo(once);
        assertThat(call(instance, "outer", 0L)).isEqualTo(once);
        assertThat(call(instance, "outer", 3L)).isEqualTo(once);
    }

    /** Decoded without the bodies of the others. */
    @Test
    void itRunsFromKeptCode() throws Throwable {
        byte[] kept =
                Objects.requireNonNull(ENGINE.compile(WASM, Strategy.OPTIMIZED).serialize());
        CoreInstance instance =
                ENGINE.deserialize(WASM, kept, Strategy.OPTIMIZED).instantiate(List.of(), LIMITS);

        assertThat(call(instance, "outer", 3L)).isEqualTo(ADDITIONS * CONSTANT + 1);
        assertThat(trap(instance, "outer", 1L).backtrace()).containsExactly("fails", "large", "outer");
    }

    @ParameterizedTest
    @EnumSource
    void aTrapPassesThroughBothAndNamesBoth(Strategy strategy) {
        CoreInstance instance = instance(strategy);

        CoreTrap trap = trap(instance, "outer", 1L);
        assertThat(trap.kind()).isEqualTo(CoreTrap.Kind.UNREACHABLE);
        assertThat(trap.backtrace()).containsExactly("fails", "large", "outer");
        assertThat(trap(instance, "large", 1L).backtrace()).containsExactly("fails", "large");
        assertThat(trap(instance, "outer", 5L).kind()).isEqualTo(CoreTrap.Kind.TABLE_OUT_OF_BOUNDS);
    }

    @ParameterizedTest
    @EnumSource
    @Timeout(60)
    void whatItCallsIsInterrupted(Strategy strategy) {
        CoreInstance instance = instance(strategy);

        instance.heedInterruption();
        Thread.currentThread().interrupt();
        CoreTrap trap = trap(instance, "outer", 2L);
        instance.ignoreInterruption();

        assertThat(Thread.interrupted()).isTrue();
        assertThat(trap.kind()).isEqualTo(CoreTrap.Kind.INTERRUPTED);
    }

    private static CoreTrap trap(CoreInstance instance, String function, long argument) {
        Throwable thrown = catchThrowable(() -> call(instance, function, argument));
        return Objects.requireNonNull(ENGINE.trap(thrown), () -> "no trap: " + thrown);
    }
}
