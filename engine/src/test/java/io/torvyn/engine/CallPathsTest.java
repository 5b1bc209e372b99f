package io.torvyn.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.torvyn.component.CallPaths;
import io.torvyn.component.CallPaths.Crossing;
import io.torvyn.component.spi.CoreEngine.Strategy;
import io.torvyn.component.spi.CoreFunction.CallPath;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which road calls take across the border of a component can be asked for. */
class CallPathsTest {
    private static CallPaths pathsOf(Strategy strategy) {
        try (var flow = new TestFlow(strategy)) {
            return flow.stage("copy").component().instance().callPaths();
        }
    }

    @Test
    void calledAreTheExportsAndWhatTheGuestCallsIsAllOfItsImports() {
        CallPaths paths = pathsOf(Strategy.OPTIMIZED);

        assertThat(paths.in())
                .extracting(Crossing::function)
                .containsExactly("torvyn:streaming/processor@0.1.0#process");
        assertThat(paths.out())
                .extracting(Crossing::function)
                .anyMatch(function -> function.endsWith("[method]buffer.read-all"))
                .anyMatch(function -> function.endsWith("[method]mutable-buffer.write"));
    }

    @Test
    void compiledCodeIsBoundStraightToTheHostAlsoThroughTheShim() {
        CallPaths paths = pathsOf(Strategy.OPTIMIZED);

        assertThat(paths.in()).extracting(Crossing::path).containsOnly(CallPath.DIRECT);
        assertThat(streaming(paths)).extracting(Crossing::path).containsOnly(CallPath.DIRECT);
    }

    @Test
    void whatIsInterpretedIsCalledThePlainWayAndCallsThePlainWay() {
        CallPaths paths = pathsOf(Strategy.BASELINE);

        assertThat(paths.in()).extracting(Crossing::path).containsOnly(CallPath.PLAIN);
        assertThat(paths.out()).extracting(Crossing::path).containsOnly(CallPath.PLAIN);
    }

    private static List<Crossing> streaming(CallPaths paths) {
        return paths.out().stream()
                .filter(crossing -> crossing.function().startsWith("torvyn:streaming"))
                .toList();
    }
}
