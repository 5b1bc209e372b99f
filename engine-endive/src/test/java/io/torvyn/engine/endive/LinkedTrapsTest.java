package io.torvyn.engine.endive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.torvyn.component.Component;
import io.torvyn.component.EngineException;
import io.torvyn.component.EngineFailure;
import io.torvyn.component.HostInstance;
import io.torvyn.component.HostItem;
import io.torvyn.component.Imports;
import io.torvyn.component.Instance;
import io.torvyn.component.InstanceOptions;
import io.torvyn.component.Value;
import io.torvyn.component.spi.CoreEngine.Strategy;
import io.torvyn.contracts.FunctionType;
import io.torvyn.contracts.ResourceType;
import io.torvyn.contracts.ValueType;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
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

    /** A defect of the host's is told by the import that it stands for. */
    @Test
    void aHostFunctionThatGivesTheWrongValueIsNamed() {
        var thing = new ResourceType("thing");
        var things = new HostInstance(
                "test:linked/things",
                Map.of(
                        "thing", new HostItem.Resource(thing),
                        "make",
                                HostItem.function(
                                        new FunctionType(List.of(), Optional.of(new ValueType.Own(thing))),
                                        _ -> Optional.of(new Value.U8(1))),
                        "fail",
                                HostItem.function(
                                        new FunctionType(List.of(), Optional.empty()), _ -> Optional.empty())));
        Instance outer = instance("linked-outer", Strategy.BASELINE, new Imports().add(things));

        Throwable thrown = Objects.requireNonNull(catchThrowable(
                () -> outer.exportedFunction("drop").orElseThrow().call(List.of())));

        assertThat(thrown)
                .hasMessageContaining("'test:linked/things#make'")
                .hasMessageContaining("result: expected thing, but found U8[value=1]");
    }
}
