package io.torvyn.engine.endive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.torvyn.component.Component;
import io.torvyn.component.EngineException;
import io.torvyn.component.EngineFailure;
import io.torvyn.component.Imports;
import io.torvyn.component.Instance;
import io.torvyn.component.InstanceOptions;
import io.torvyn.component.spi.CoreEngine.Strategy;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A trap in a component that another one has called says whose it is, and where. */
class LinkedTrapsTest {
    private static Instance instance(String name, Strategy strategy, Imports imports) {
        return Component.load(Fixture.bytes(name), name, Fixture.ENGINE, strategy)
                .instantiate(imports, new InstanceOptions("component '" + name + "'", Fixture.LIMITS));
    }

    @ParameterizedTest
    @CsvSource({
        "OPTIMIZED, OPTIMIZED, fail, fail, outer",
        "OPTIMIZED, BASELINE,  fail, fail, outer",
        "BASELINE,  OPTIMIZED, fail, fail, outer",
        "BASELINE,  BASELINE,  fail, fail, outer",
        "TIERED,    TIERED,    fail, fail, outer",
        "OPTIMIZED, OPTIMIZED, drop, [resource-drop]thing, outer-drop",
        "OPTIMIZED, BASELINE,  drop, [resource-drop]thing, outer-drop",
        "BASELINE,  OPTIMIZED, drop, [resource-drop]thing, outer-drop",
        "BASELINE,  BASELINE,  drop, [resource-drop]thing, outer-drop",
        "TIERED,    TIERED,    drop, [resource-drop]thing, outer-drop",
    })
    void theFailureNamesTheComponentThatTrappedAndAllFunctions(
            Strategy one, Strategy other, String function, String during, String caller) {
        Instance inner = instance("linked-inner", one, new Imports());
        Instance outer = instance("linked-outer", other, new Imports().addExports(inner));

        Throwable thrown = Objects.requireNonNull(catchThrowable(
                () -> outer.exportedFunction(function).orElseThrow().call(List.of())));

        assertThat(((EngineException) thrown).failure()).isInstanceOfSatisfying(EngineFailure.Trap.class, trap -> {
            assertThat(trap.component()).isEqualTo("component 'linked-inner'");
            assertThat(trap.message()).contains("during '" + during + "'");
            assertThat(trap.backtrace())
                    .startsWith("innermost", "inner", function)
                    .endsWith(caller, function);
        });
        assertThat(inner.isFinished()).isTrue();
        assertThat(outer.isFinished()).isTrue();
    }
}
