package io.torvyn.engine.endive;

import static io.torvyn.engine.endive.Fixture.ENGINE;
import static io.torvyn.engine.endive.Fixture.call;
import static io.torvyn.engine.endive.Fixture.export;
import static io.torvyn.engine.endive.Fixture.function;
import static io.torvyn.engine.endive.Fixture.instance;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.torvyn.component.spi.CoreEngine.Strategy;
import io.torvyn.component.spi.CoreFunction.CallPath;
import io.torvyn.component.spi.CoreTable;
import io.torvyn.component.spi.CoreTrap;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TailCallsTest {
    private static final int DEEP = 1_000_000;

    @ParameterizedTest
    @EnumSource
    void tailCallsTakeNoStack(Strategy strategy) throws Throwable {
        var instance = instance("tail-calls", strategy);

        assertThat(call(instance, "even", DEEP, 7L)).isEqualTo(7 + 3L * DEEP / 2);
        assertThat(call(instance, "even", DEEP + 1, 7L)).isEqualTo(-1L);
        assertThat(call(instance, "alone", DEEP, 7L)).isEqualTo(7 + 3L * DEEP);
    }

    @ParameterizedTest
    @EnumSource
    void aTailCallAfterACallThatEndedInOneIsTheCallersOwn(Strategy strategy) throws Throwable {
        var instance = instance("tail-calls", strategy);

        for (int i = 0; i < 3; i++) {
            assertThat(call(instance, "both", 10, 100L)).isEqualTo(100 + 15 + 6L);
        }
    }

    @ParameterizedTest
    @EnumSource
    void anIndirectTailCallOfAnotherTypeTraps(Strategy strategy) {
        var instance = instance("tail-calls", strategy);
        CoreTrap trap = Objects.requireNonNull(ENGINE.trap(catchThrowable(() -> call(instance, "mismatch", 1, 1L))));

        assertThat(trap.kind()).isEqualTo(CoreTrap.Kind.INDIRECT_CALL);
    }

    /** Plain calls through a shared table are another matter: they may leave the instance. */
    @ParameterizedTest
    @EnumSource
    void anIndirectTailCallOfAnotherInstancesFunctionIsRefused(Strategy strategy) {
        var instance = instance("tail-calls", strategy);
        instance("tail-calls-elsewhere", strategy, export(instance, "table", CoreTable.class));
        CoreTrap trap = Objects.requireNonNull(ENGINE.trap(catchThrowable(() -> call(instance, "alone", 3, 0L))));

        assertThat(trap.kind()).isEqualTo(CoreTrap.Kind.OTHER);
        assertThat(trap.detail()).containsIgnoringCase("indirect tail");
    }

    @ParameterizedTest
    @EnumSource
    void aTrapBehindATailCallLeavesTheInstanceUsable(Strategy strategy) throws Throwable {
        var instance = instance("tail-calls", strategy);
        CoreTrap trap = Objects.requireNonNull(ENGINE.trap(catchThrowable(() -> call(instance, "fails"))));

        assertThat(trap.kind()).isEqualTo(CoreTrap.Kind.UNREACHABLE);
        assertThat(call(instance, "even", 2, 0L)).isEqualTo(3L);
    }

    /** The compiled method of such a function only says which function comes next. */
    @ParameterizedTest
    @EnumSource(names = "OPTIMIZED")
    void functionsThatEndInTailCallsAreEnteredThroughTheMachine(Strategy strategy) {
        assertThat(function(instance("tail-calls", strategy), "even").path()).isEqualTo(CallPath.PLAIN);
    }
}
