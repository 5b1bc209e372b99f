package io.torvyn.types;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** spec: runtime semantics, "Flow states". */
class FlowStateTest {
    private static final Map<FlowState, List<FlowState>> MOVES = Map.of(
            FlowState.CREATED, List.of(FlowState.VALIDATED, FlowState.CANCELLED, FlowState.FAILED),
            FlowState.VALIDATED, List.of(FlowState.INSTANTIATED, FlowState.CANCELLED, FlowState.FAILED),
            FlowState.INSTANTIATED, List.of(FlowState.RUNNING, FlowState.CANCELLED, FlowState.FAILED),
            FlowState.RUNNING, List.of(FlowState.DRAINING),
            FlowState.DRAINING, List.of(FlowState.COMPLETED, FlowState.CANCELLED, FlowState.FAILED),
            FlowState.COMPLETED, List.of(),
            FlowState.CANCELLED, List.of(),
            FlowState.FAILED, List.of());

    @ParameterizedTest
    @EnumSource
    void onlyTheseMovesAreLegal(FlowState from) {
        assertThat(Arrays.stream(FlowState.values()).filter(from::canBecome))
                .containsExactlyElementsOf(MOVES.get(from));
    }

    @Test
    void aMoveThatIsNotNamesBothStates() {
        assertThatThrownBy(() -> FlowState.RUNNING.to(FlowState.COMPLETED))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("a flow cannot go from RUNNING to COMPLETED");
    }

    /** Metrics export them. */
    @Test
    void theirNumbersAreThoseOfTheSpecification() {
        assertThat(FlowState.values())
                .containsExactly(
                        FlowState.CREATED,
                        FlowState.VALIDATED,
                        FlowState.INSTANTIATED,
                        FlowState.RUNNING,
                        FlowState.DRAINING,
                        FlowState.COMPLETED,
                        FlowState.CANCELLED,
                        FlowState.FAILED);
    }
}
