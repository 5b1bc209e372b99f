package io.torvyn.engine.endive;

import static io.torvyn.engine.endive.Fixture.ENGINE;
import static io.torvyn.engine.endive.Fixture.call;
import static io.torvyn.engine.endive.Fixture.export;
import static io.torvyn.engine.endive.Fixture.function;
import static io.torvyn.engine.endive.Fixture.instance;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.torvyn.component.spi.CoreEngine.Strategy;
import io.torvyn.component.spi.CoreInstance;
import io.torvyn.component.spi.CoreTable;
import io.torvyn.component.spi.CoreTrap;
import java.util.Objects;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Core specification, {@code call_indirect}: types are compared, and not the numbers that modules give them. */
class IndirectCallsTest {
    private static CoreTrap trapOf(ThrowingCallable code) {
        return Objects.requireNonNull(ENGINE.trap(Objects.requireNonNull(catchThrowable(code))));
    }

    private static CoreInstance callee(CoreInstance caller, Strategy strategy) {
        return instance("table-callee", strategy, export(caller, "table", CoreTable.class), function(caller, "unary"));
    }

    @ParameterizedTest
    @CsvSource({"OPTIMIZED,OPTIMIZED", "OPTIMIZED,BASELINE", "BASELINE,OPTIMIZED", "BASELINE,BASELINE"})
    void modulesThatShareATableNumberTheirTypesAsTheyLike(Strategy one, Strategy other) throws Throwable {
        CoreInstance caller = instance("table-caller", one);
        CoreInstance callee = callee(caller, other);

        assertThat(call(caller, "binary", 1, 44, 2)).isEqualTo(42);
        assertThat(call(caller, "unary", 2, 5L)).isEqualTo(-5L);
        call(caller, "none", 3);
        assertThat(call(callee, "calls")).isEqualTo(2);
        assertThat(call(callee, "unary", 0, 5L)).isEqualTo(15L);
        assertThat(call(callee, "unary", 2, 6L)).isEqualTo(-6L);
        assertThat(call(callee, "through", 2, 7L)).isEqualTo(-7L);
    }

    @ParameterizedTest
    @CsvSource({"OPTIMIZED,OPTIMIZED", "OPTIMIZED,BASELINE", "BASELINE,OPTIMIZED", "BASELINE,BASELINE"})
    void aTypeThatOnlyHasTheSameNumberTraps(Strategy one, Strategy other) {
        CoreInstance caller = instance("table-caller", one);
        CoreInstance callee = callee(caller, other);

        for (ThrowingCallable wrong : new ThrowingCallable[] {
            () -> call(caller, "unary", 1, 5L), // number 0 in both
            () -> call(caller, "none", 2), // number 2 in both
            () -> call(caller, "binary", 3, 1, 2), // number 1 in both
            () -> call(callee, "none", 0)
        }) {
            assertThat(trapOf(wrong)).satisfies(trap -> {
                assertThat(trap.kind()).isEqualTo(CoreTrap.Kind.INDIRECT_CALL);
                assertThat(trap.detail()).isEqualTo("indirect call type mismatch");
            });
        }
    }

    @ParameterizedTest
    @EnumSource
    void instancesOfOneModuleCallEachOther(Strategy strategy) throws Throwable {
        CoreInstance caller = instance("table-caller", strategy);
        CoreInstance first = callee(caller, strategy);
        CoreInstance second = callee(caller, strategy); // takes over the elements

        call(first, "none", 3);
        call(second, "none", 3);

        assertThat(call(first, "calls")).isEqualTo(0);
        assertThat(call(second, "calls")).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource
    void anElementThatATableStartsWithBelongsToTheTablesInstance(Strategy strategy) throws Throwable {
        CoreInstance owner = instance("table-initialised", strategy);
        CoreInstance user = instance("table-user", strategy, export(owner, "table", CoreTable.class));

        call(user, "none", 0);
        call(user, "none", 7);

        assertThat(call(owner, "calls")).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource
    void aFunctionThatIsTooLargeForTheJvmComparesTypesToo(Strategy strategy) throws Throwable {
        CoreInstance caller = instance("table-caller", strategy);
        callee(caller, strategy);
        CoreInstance large = instance("large-caller", strategy, export(caller, "table", CoreTable.class));
        long sum = 9000 * 1_000_000_000_001L;

        assertThat(call(large, "small", 2, 1L)).isEqualTo(-1 - sum);
        assertThat(call(large, "small", 6, 1L)).isEqualTo(~(1 + sum));
        assertThat(trapOf(() -> call(large, "small", 1, 1L)).kind()).isEqualTo(CoreTrap.Kind.INDIRECT_CALL);
        assertThat(trapOf(() -> call(large, "small", 7, 1L)).backtrace()).containsExactly("trapping", "large", "small");
    }

    @ParameterizedTest
    @EnumSource
    void aBacktraceGoesThroughAllInstances(Strategy strategy) {
        CoreInstance caller = instance("table-caller", strategy);
        CoreInstance callee = callee(caller, strategy);

        assertThat(trapOf(() -> call(caller, "none", 4)).backtrace()).containsExactly("trap", "none");
        assertThat(trapOf(() -> call(callee, "through", 9, 1L)).backtrace())
                .containsExactly("unary", "imported", "through");
    }
}
