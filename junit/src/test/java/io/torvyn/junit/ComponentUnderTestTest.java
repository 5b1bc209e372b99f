package io.torvyn.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torvyn.config.ErrorPolicy;
import io.torvyn.guests.Guests;
import io.torvyn.types.ErrorCode;
import io.torvyn.types.TorvynException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.opentest4j.AssertionFailedError;

/** Every role, on real guests; and what an assertion says that does not hold. */
class ComponentUnderTestTest {
    @RegisterExtension
    private static final ComponentUnderTest COPY = guest("copy");

    @RegisterExtension
    private static final ComponentUnderTest SOURCE = guest("source");

    @RegisterExtension
    private static final ComponentUnderTest SINK = guest("sink");

    @RegisterExtension
    private static final ComponentUnderTest FAULTY = guest("faulty");

    @RegisterExtension
    private static final ComponentUnderTest SIGNPOST = guest("signpost");

    @RegisterExtension
    private static final ComponentUnderTest HALF = guest("drop-every-second");

    @RegisterExtension
    private static final ComponentUnderTest CLONE = guest("clone");

    private static ComponentUnderTest guest(String name) {
        return ComponentUnderTest.of(Guests.bytes(name));
    }

    @Test
    void aSourceIsGivenNothing() {
        ComponentRun run =
                SOURCE.configured("{\"count\": 3, \"size\": 10}").given().completes();
        assertThat(run.emitted()).hasSize(3).allSatisfy(element -> assertThat(element.size())
                .isEqualTo(10));
        run.writes(3).reads(0);
        assertThatThrownBy(() -> SOURCE.given("one"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a source takes no elements");
    }

    @Test
    void aSinkEmitsNothing() {
        ComponentRun run = SINK.given("one", "two").completes().reads(2).writes(0);
        assertThat(run.emitted()).isEmpty();
        assertThat(run.outcome().elements()).isEqualTo(2);
    }

    @Test
    void aProcessorMayDrop() {
        HALF.given("a", "b", "c", "d").drops(2).completes();
    }

    @Test
    void aRouterHasThePortsThatATestNames() {
        SIGNPOST.withPorts("a", "b")
                .configured("a;a b;;b")
                .given("0", "1", "2", "3")
                .emitsTo("a", "0", "1")
                .emitsTo("b", "1", "3")
                .drops(1)
                .reads(0);
        SIGNPOST.configured("elsewhere").given("0").failsWith(ErrorCode.ROUTER_PORT_UNKNOWN);
    }

    @Test
    void clonesAreCounted() {
        CLONE.given("one").clones(1);
    }

    @Test
    void failuresHaveTheirCodes() {
        FAULTY.configured("{\"fault\": \"unreachable\"}")
                .given("one")
                .failsWith(ErrorCode.TRAP)
                .answersErrors(1);
        FAULTY.configured("{\"fault\": \"invalid-input\", \"text\": \"no such thing\"}")
                .given("one")
                .failsWith(ErrorCode.COMPONENT_ERROR, "no such thing");
        FAULTY.configured("{\"fault\": \"spin\"}")
                .with(node -> node.timeout(Duration.ofMillis(100)))
                .given("one")
                .failsWith(ErrorCode.INVOCATION_TIMEOUT);
    }

    @Test
    void whatFollowsFromErrorsIsTheNodesBusiness() {
        FAULTY.configured("{\"fault\": \"internal\", \"at\": 2}")
                .with(node -> node.onError(new ErrorPolicy.Skip()))
                .given("one", "two", "three")
                .emits("one", "three")
                .answersErrors(1);
    }

    @Test
    void aComponentThatCannotStartSaysWhy() {
        assertThatThrownBy(
                        () -> FAULTY.configured("{\"fault\": \"unheard of\"}").given("one"))
                .isInstanceOf(TorvynException.class)
                .hasMessageContaining("names no fault that this guest knows");
    }

    @Test
    void whatDoesNotHoldIsSaid() {
        ComponentRun run = COPY.given("one", "two");
        assertThatThrownBy(() -> run.emits("one"))
                .isInstanceOf(AssertionFailedError.class)
                .hasMessage("what the component emitted ==> expected: <[one]> but was: <[one, two]>");
        assertThatThrownBy(() -> run.reads(7)).hasMessageContaining("payloads that the component read");
        assertThatThrownBy(() -> run.drops(1)).hasMessageContaining("expected: <1> but was: <0>");
        assertThatThrownBy(() -> run.failsWith(ErrorCode.TRAP)).hasMessageContaining("it did not fail");
        ComponentRun failed = FAULTY.configured("{\"fault\": \"unreachable\"}").given("one");
        assertThatThrownBy(failed::completes).hasMessageStartingWith("the component failed: [E0804]");
        assertThatThrownBy(() -> failed.failsWith(ErrorCode.TRAP, "another text"))
                .hasMessageContaining("\"another text\" is not");
    }

    @Test
    void aComponentInNoTestIsRefused() {
        assertThatThrownBy(() -> guest("copy").given("one"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("@RegisterExtension");
    }

    @Test
    void whatIsNoStageIsNoComponentUnderTest() {
        assertThatThrownBy(() -> guest("calls")).hasMessageContaining("exports no interface of a stage");
        assertThatThrownBy(() -> ComponentUnderTest.of(new byte[8])).isInstanceOf(TorvynException.class);
    }
}
