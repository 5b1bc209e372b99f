package io.torvyn.engine.endive;

import static io.torvyn.engine.endive.Fixture.ENGINE;
import static io.torvyn.engine.endive.Fixture.bytes;
import static io.torvyn.engine.endive.Fixture.call;
import static io.torvyn.engine.endive.Fixture.export;
import static io.torvyn.engine.endive.Fixture.function;
import static io.torvyn.engine.endive.Fixture.instance;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.torvyn.component.spi.CoreEngine.Strategy;
import io.torvyn.component.spi.CoreFunction;
import io.torvyn.component.spi.CoreGlobal;
import io.torvyn.component.spi.CoreInstance;
import io.torvyn.component.spi.CoreModuleException;
import io.torvyn.component.spi.CoreTable;
import io.torvyn.component.spi.CoreTrap;
import io.torvyn.component.spi.CoreType;
import io.torvyn.component.spi.HostFunction;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What came after the first version of WebAssembly, and what of it is refused. */
class FeaturesTest {
    private static CoreInstance features(Strategy strategy) {
        CoreGlobal base = export(instance("at", strategy), "at", CoreGlobal.class);
        return instance("features", strategy, base);
    }

    private static CoreTrap.Kind trap(CoreInstance instance, String function, Object... arguments) {
        Throwable thrown = catchThrowable(() -> call(instance, function, arguments));
        return Objects.requireNonNull(ENGINE.trap(thrown), () -> "no trap: " + thrown)
                .kind();
    }

    @ParameterizedTest
    @EnumSource
    void constantExpressionsMayCalculate(Strategy strategy) throws Throwable {
        CoreInstance features = features(strategy);

        assertThat(call(features, "wide")).isEqualTo(47L);
        assertThat(text(features, 106, 8)).isEqualTo("extended");
        assertThat(call(features, "call", 2, 21)).isEqualTo(42);
        assertThat(call(features, "call", 3, 5)).isEqualTo(25);
    }

    @ParameterizedTest
    @EnumSource
    void functionsAndBlocksMayHaveSeveralResults(Strategy strategy) throws Throwable {
        CoreInstance features = features(strategy);

        assertThat(call(features, "swapped", 3, 10L)).isEqualTo(7L);
        assertThat(call(features, "blocks", 4)).isEqualTo(5 + 30);
        assertThat(call(features, "loops", 4)).isEqualTo(4 + 3 + 2 + 1);
    }

    @ParameterizedTest
    @EnumSource
    void memoryIsCopiedFilledAndInitialisedInBulk(Strategy strategy) throws Throwable {
        CoreInstance features = features(strategy);

        call(features, "init", 1000, 8, 5);
        assertThat(text(features, 1000, 5)).isEqualTo("bytes");
        call(features, "copy", 1002, 1000, 5);
        assertThat(text(features, 1000, 7)).isEqualTo("bybytes");
        call(features, "copy", 1000, 1002, 5);
        assertThat(text(features, 1000, 7)).isEqualTo("byteses");
        call(features, "fill", 1000, 'x' + 256, 3);
        assertThat(text(features, 1000, 5)).isEqualTo("xxxes");
        call(features, "drop");
        call(features, "init", 0, 0, 0);
        assertThat(trap(features, "init", 0, 0, 1)).isEqualTo(CoreTrap.Kind.MEMORY_OUT_OF_BOUNDS);
    }

    @ParameterizedTest
    @EnumSource
    void bulkOperationsTrapBeforeTheyWrite(Strategy strategy) throws Throwable {
        CoreInstance features = features(strategy);

        assertThat(trap(features, "copy", 65_530, 0, 7)).isEqualTo(CoreTrap.Kind.MEMORY_OUT_OF_BOUNDS);
        assertThat(trap(features, "copy", 0, 65_530, 7)).isEqualTo(CoreTrap.Kind.MEMORY_OUT_OF_BOUNDS);
        assertThat(trap(features, "fill", 65_530, 1, 7)).isEqualTo(CoreTrap.Kind.MEMORY_OUT_OF_BOUNDS);
        assertThat(trap(features, "fill", -1, 1, 2)).isEqualTo(CoreTrap.Kind.MEMORY_OUT_OF_BOUNDS);
        assertThat(trap(features, "init", 65_530, 0, 7)).isEqualTo(CoreTrap.Kind.MEMORY_OUT_OF_BOUNDS);
        assertThat(trap(features, "init", 0, 10, 4)).isEqualTo(CoreTrap.Kind.MEMORY_OUT_OF_BOUNDS);
        assertThat(call(features, "byte", 65_530)).isEqualTo(0);
        assertThat(trap(features, "table-init", 7, 0, 2)).isEqualTo(CoreTrap.Kind.TABLE_OUT_OF_BOUNDS);
        assertThat(trap(features, "table-copy", 7, 2, 2)).isEqualTo(CoreTrap.Kind.TABLE_OUT_OF_BOUNDS);
        assertThat(trap(features, "table-fill", 7, 2)).isEqualTo(CoreTrap.Kind.TABLE_OUT_OF_BOUNDS);
        assertThat(call(features, "is-null", 7)).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource
    void tablesHoldReferencesThatComeAndGo(Strategy strategy) throws Throwable {
        CoreInstance features = features(strategy);

        assertThat(call(features, "is-null", 0)).isEqualTo(1);
        call(features, "set", 0);
        assertThat(call(features, "is-null", 0)).isEqualTo(0);
        assertThat(call(features, "call", 0, 4)).isEqualTo(8);
        call(features, "table-init", 4, 0, 3);
        assertThat(call(features, "call", 6, 5)).isEqualTo(25);
        call(features, "table-copy", 0, 6, 1);
        assertThat(call(features, "call", 0, 4)).isEqualTo(16);
        call(features, "table-fill", 4, 3);
        assertThat(trap(features, "call", 4, 1)).isEqualTo(CoreTrap.Kind.INDIRECT_CALL);
        call(features, "elem-drop");
        assertThat(trap(features, "table-init", 0, 0, 1)).isEqualTo(CoreTrap.Kind.TABLE_OUT_OF_BOUNDS);
        assertThat(call(features, "table-grow", 2)).isEqualTo(8);
        assertThat(call(features, "table-size")).isEqualTo(10);
        assertThat(call(features, "call", 9, 4)).isEqualTo(8);
        assertThat(call(features, "extern-is-null", 3)).isEqualTo(1);
        assertThat(call(features, "selected", 1, 5)).isEqualTo(10);
        assertThat(call(features, "selected", 0, 5)).isEqualTo(25);
    }

    @ParameterizedTest
    @EnumSource
    void numbersAreExtendedAndSaturated(Strategy strategy) throws Throwable {
        CoreInstance features = features(strategy);

        assertThat(call(features, "extended", 0x180)).isEqualTo(-128);
        assertThat(call(features, "saturated", 1e20)).isEqualTo(Integer.MAX_VALUE);
        assertThat(call(features, "saturated", Double.NaN)).isEqualTo(0);
    }

    @ParameterizedTest
    @EnumSource
    void exceptionsAreCaughtByTheirTag(Strategy strategy) throws Throwable {
        CoreInstance exceptions = instance("exceptions", strategy);

        for (int i = 0; i < 2; i++) {
            assertThat(call(exceptions, "here", 5)).isEqualTo(105);
            assertThat(call(exceptions, "behind", 5, 0)).isEqualTo(1005);
            assertThat(call(exceptions, "behind", 5, 1)).isEqualTo(6);
            assertThat(call(exceptions, "outer", 5)).isEqualTo(7);
            assertThat(call(exceptions, "again", 3L, 0.5)).isEqualTo(3.5);
        }
    }

    @ParameterizedTest
    @EnumSource
    void anExceptionThatNobodyCatchesIsATrapAndATrapIsNoException(Strategy strategy) throws Throwable {
        CoreInstance exceptions = instance("exceptions", strategy);

        assertThat(trap(exceptions, "uncaught", 1)).isEqualTo(CoreTrap.Kind.OTHER);
        assertThat(trap(exceptions, "trap")).isEqualTo(CoreTrap.Kind.UNREACHABLE);
        assertThat(call(exceptions, "here", 5)).isEqualTo(105);
    }

    @ParameterizedTest
    @EnumSource
    void exceptionsAreHeldByReferenceEachAsItself(Strategy strategy) throws Throwable {
        CoreInstance exceptions = instance("exceptions", strategy);

        assertThat(call(exceptions, "first-of-two", 1, 2)).isEqualTo(1);
        assertThat(call(exceptions, "cleaned-up", 42, 1000)).isEqualTo(42);
        assertThat(call(exceptions, "twice", 21)).isEqualTo(42);
        assertThat(trap(exceptions, "null")).isEqualTo(CoreTrap.Kind.OTHER);
    }

    /** Nobody says when a reference is let go, so the host's memory is what ends it. */
    @ParameterizedTest
    @EnumSource
    void aReferenceToAnExceptionOfLongAgoIsRefused(Strategy strategy) throws Throwable {
        CoreInstance exceptions = instance("exceptions", strategy);

        Throwable thrown = catchThrowable(() -> call(exceptions, "cleaned-up", 42, 100_000));

        assertThat(Objects.requireNonNull(ENGINE.trap(thrown)).detail()).contains("too many exceptions ago", "8 MiB");
        assertThat(call(exceptions, "first-of-two", 1, 2)).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"OPTIMIZED,OPTIMIZED", "OPTIMIZED,BASELINE", "BASELINE,OPTIMIZED", "BASELINE,BASELINE", "TIERED,TIERED"
    })
    void anExceptionGoesThroughTheInstancesInBetween(Strategy one, Strategy other) throws Throwable {
        CoreInstance here = instance("exceptions-here", one);
        CoreInstance there =
                instance("exceptions-there", other, export(here, "table", CoreTable.class), function(here, "throws"));

        for (int i = 0; i < 2; i++) {
            assertThat(call(here, "catches", 5)).isEqualTo(1005);
            assertThat(call(there, "returned")).isEqualTo(0);
        }
    }

    /** A function of the host that calls the guest again, as a {@link HostFunction} is called. */
    static final class Reentry {
        private @Nullable CoreFunction target;

        int call(int argument) throws Throwable {
            return (int) Objects.requireNonNull(target).handle().invokeExact(argument);
        }
    }

    @ParameterizedTest
    @EnumSource
    void anExceptionGoesThroughTheHostAndManyFrames(Strategy strategy) throws Throwable {
        var reentry = new Reentry();
        var type = new CoreType.Function(List.of(CoreType.Value.I32), List.of(CoreType.Value.I32));
        var target =
                MethodHandles.lookup().findVirtual(Reentry.class, "call", MethodType.methodType(int.class, int.class));
        CoreInstance exceptions = Fixture.module("exceptions-host", strategy)
                .instantiate(List.of(new HostFunction(type, target, reentry)), Fixture.LIMITS);
        reentry.target = function(exceptions, "throws");

        assertThat(call(exceptions, "caught", 5)).isEqualTo(105);
        assertThat(call(exceptions, "deep", 50, 9)).isEqualTo(9);
        assertThat(call(exceptions, "loop", 200)).isEqualTo(200 * 201 / 2);
    }

    @ParameterizedTest
    @CsvSource({
        "simd, function vector uses SIMD, build it without",
        "simd-local, function wide uses SIMD (v128 values), build it without",
        "simd-type, the module uses SIMD (v128 values), build it without",
        "atomics, function atomic uses threads, atomic instructions",
        "shared, the module uses threads (a shared memory), shared memory",
        "memory64, the module uses 64-bit addresses (a memory), wasm32",
        "wide-table, the module uses 64-bit addresses (a table), wasm32",
        "gc, function boxed uses garbage-collected types, linear memory",
        "legacy-exceptions, the exceptions of before 2023, standard",
        "reference-argument, 'function references that pass from one core instance to another (import \"other\" \"apply\")', a table",
        "reference-global, 'function references that pass from one core instance to another (import \"other\" \"handler\")', a table",
        "reference-in-table, function move uses function references, a table",
    })
    void whatIsNotRunIsNamedWithItsPlaceAndTheMend(String name, String what, String mend) {
        for (Strategy strategy : Strategy.values()) {
            assertThatThrownBy(() -> Fixture.module(name, strategy))
                    .isInstanceOf(CoreModuleException.class)
                    .hasMessageContaining(what)
                    .hasMessageContaining("which the Endive engine does not run; ")
                    .hasMessageContaining(mend);
        }
    }

    /** The byte that the message names is the first of the instruction. */
    @ParameterizedTest
    @CsvSource({"simd, 0xFD", "atomics, 0xFE", "gc, 0xFB", "simd-local, 0x7B"})
    void theOffsetIsThatOfTheInstruction(String name, String octet) {
        byte[] wasm = bytes(name);

        assertThatThrownBy(() -> ENGINE.compile(wasm, Strategy.BASELINE))
                .asInstanceOf(InstanceOfAssertFactories.type(CoreModuleException.class))
                .satisfies(e -> {
                    assertThat(wasm[e.offset()] & 0xFF).isEqualTo(Integer.decode(octet));
                    assertThat(e).hasMessageContaining("at byte 0x%x".formatted(e.offset()));
                });
    }

    private static String text(CoreInstance instance, int address, int length) throws Throwable {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (int) call(instance, "byte", address + i);
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
