package io.torvyn.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torvyn.component.spi.CoreTrap;
import io.torvyn.contracts.ResourceType;
import io.torvyn.types.ErrorCode;
import io.torvyn.types.Failure;
import io.torvyn.types.TorvynException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** CanonicalABI.md, "Component Instances"; errors.md, "Engine". */
class InstanceTest {
    private final TestGuest guest = new TestGuest();
    private final Instance instance = guest.instance;

    @AfterEach
    void noInterruptionIsLeft() {
        assertThat(Thread.interrupted()).isFalse();
    }

    private static Instance nested(Instance parent) {
        return new Instance("child of " + parent.label(), new TestEngine(), parent, null);
    }

    private EngineFailure trapped(Throwable thrown) {
        instance.enter("process");
        return ((EngineException) instance.trapped(thrown)).failure();
    }

    private EngineFailure trapped(CoreTrap trap) {
        return trapped(new TestEngine.CoreTrapped(trap));
    }

    @Test
    void aCallIsFollowedByTheNext() {
        for (int i = 0; i < 3; i++) {
            instance.enter("process");
            instance.exit();
        }
        assertThat(instance.isFinished()).isFalse();
    }

    @Test
    void anInstanceInACallIsNotEntered() {
        instance.enter("process");

        assertThatThrownBy(() -> instance.enter("pull"))
                .isInstanceOf(EngineException.class)
                .hasMessageStartingWith("[E0804] Component component-3 ('upper') trapped: cannot enter component"
                        + " instance: it is in the middle of another call during 'pull'.");
    }

    @Test
    void aTrappedInstanceIsNeverEnteredAgain() {
        trapped(new TrapException("guest was bad"));

        assertThat(instance.isFinished()).isTrue();
        assertThatThrownBy(() -> instance.enter("process"))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("finished and never entered again, because an earlier call ended with E0804");
    }

    @Test
    void aClosedInstanceIsNotEntered() {
        instance.close();

        assertThatThrownBy(() -> instance.enter("process")).hasMessageContaining("it was closed");
    }

    @Test
    void aBorrowThatIsKeptTraps() {
        var type = new ResourceType("buffer");
        instance.enter("process");
        int handle = instance.handles().newBorrow(type, new HostResource() {});

        assertThatThrownBy(instance::exit)
                .isInstanceOf(TrapException.class)
                .hasMessage("borrow handles still remain at the end of the call");

        instance.handles().drop(handle, type);
        instance.exit();
        instance.enter("process");
    }

    @Test
    void aBrokenAbiRuleIsATrap() {
        var cause = new TrapException("unknown handle index 7");
        instance.enter("process");

        RuntimeException thrown = instance.trapped(cause);

        assertThat(thrown).hasCause(cause);
        assertThat(((EngineException) thrown).failure())
                .isEqualTo(new EngineFailure.Trap(
                        "component-3 ('upper')", "unknown handle index 7", "process", List.of(), null));
    }

    @ParameterizedTest
    @EnumSource(
            names = {"INTERRUPTED", "OUT_OF_FUEL", "MEMORY_LIMIT", "STACK_EXHAUSTED", "TABLE_LIMIT"},
            mode = EnumSource.Mode.EXCLUDE)
    void atrapOfCoreCodeIsE0804WithItsBacktrace(CoreTrap.Kind kind) {
        assertThat(trapped(new CoreTrap(kind, "", List.of("inner", "outer"))))
                .isEqualTo(new EngineFailure.Trap(
                        "component-3 ('upper')", kind.text(), "process", List.of("inner", "outer"), null));
    }

    @Test
    void theDetailOfATrapIsToldOnce() {
        assertThat(trapped(new CoreTrap(CoreTrap.Kind.OTHER, "table is empty", List.of()))
                        .message())
                .contains("trapped: trap: table is empty during");
    }

    @Test
    void limitsHaveTheirOwnCodes() {
        assertThat(trapped(new CoreTrap(CoreTrap.Kind.OUT_OF_FUEL, "", List.of("f"), 0, 500)))
                .isEqualTo(new EngineFailure.FuelExhausted("component-3 ('upper')", 500, "process", "f"));
        assertThat(new InstanceTest().trapped(new CoreTrap(CoreTrap.Kind.MEMORY_LIMIT, "", List.of(), 20, 10)))
                .isEqualTo(new EngineFailure.MemoryLimitExceeded("component-3 ('upper')", 20, 10, "process", null));
        assertThat(new InstanceTest().trapped(new CoreTrap(CoreTrap.Kind.TABLE_LIMIT, "", List.of(), 20, 10)))
                .isEqualTo(new EngineFailure.TableLimit("component-3 ('upper')", 20, 10, "process", null));
        assertThat(new InstanceTest().trapped(new CoreTrap(CoreTrap.Kind.STACK_EXHAUSTED, "", List.of("f"))))
                .isEqualTo(new EngineFailure.StackExhausted("component-3 ('upper')", 0, "process", "f"));
    }

    @Test
    void aStackOverflowOfTheHostIsTheGuestsDepth() {
        assertThat(trapped(new StackOverflowError())).isInstanceOf(EngineFailure.StackExhausted.class);
    }

    @Test
    void anInterruptionMeansWhatStopSaid() {
        var why = new EngineFailure.InvocationTimeout("component-3 ('upper')", "process", 5000, null, null);
        instance.stop(why);
        Thread.currentThread().interrupt();

        assertThat(trapped(new CoreTrap(CoreTrap.Kind.INTERRUPTED, "", List.of())))
                .isEqualTo(why);
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void anInterruptionThatNobodyExplainedIsACancellation() {
        Thread.currentThread().interrupt();

        assertThat(trapped(new CoreTrap(CoreTrap.Kind.INTERRUPTED, "", List.of()))
                        .code())
                .isEqualTo(ErrorCode.FLOW_CANCELLED);
    }

    @Test
    void aFailureOfTheHostPassesThroughAndFinishesTheInstance() {
        record NotOwner() implements Failure {
            @Override
            public ErrorCode code() {
                return ErrorCode.NOT_OWNER;
            }

            @Override
            public String message() {
                return "Not yours.";
            }

            @Override
            public String help() {
                return "";
            }
        }
        var thrown = new TorvynException(new NotOwner());
        instance.enter("process");

        assertThat(instance.trapped(thrown)).isSameAs(thrown);
        assertThatThrownBy(() -> instance.enter("process")).hasMessageContaining("E0301");
    }

    @Test
    void aDefectOfOursIsInternalAndKeepsItsCause() {
        var defect = new NullPointerException("oops");
        instance.enter("process");

        RuntimeException thrown = instance.trapped(defect);

        assertThat(thrown).hasCause(defect).hasMessageContaining("NullPointerException: oops");
        assertThat(((EngineException) thrown).failure().code()).isEqualTo(ErrorCode.ENGINE_INTERNAL);
    }

    @Test
    void closeDropsWhatTheTableHoldsOnce() {
        var drops = new int[1];
        instance.handles().newOwn(new ResourceType("buffer"), new HostResource() {
            @Override
            public void drop() {
                drops[0]++;
            }
        });

        instance.close();
        instance.close();

        assertThat(drops[0]).isEqualTo(1);
    }

    @Test
    void exportsAreFoundByNameAndCompatibleVersion() {
        var exported =
                new ExportedInstance("torvyn:streaming/processor@0.1.0", Map.of(), new HostItem.Instance(Map.of()));
        instance.export(exported);

        assertThat(instance.exportedInstance("torvyn:streaming/processor@0.1.0"))
                .containsSame(exported);
        assertThat(instance.exportedInstance("torvyn:streaming/processor@0.1.3"))
                .containsSame(exported);
        assertThat(instance.exportedInstance("torvyn:streaming/processor")).containsSame(exported);
        assertThat(instance.exportedInstance("torvyn:streaming/processor@0.2.0"))
                .isEmpty();
        assertThat(instance.exportedInstance("torvyn:streaming/source@0.1.0")).isEmpty();
    }

    @Test
    void theHostCannotEnterAChildWhileItsParentIsInACall() {
        Instance child = nested(instance);
        instance.enter("process");

        assertThatThrownBy(() -> child.enter("inner")).hasMessageContaining("cannot enter component instance");

        instance.exit();
        child.enter("inner");
        assertThatThrownBy(() -> instance.enter("process")).hasMessageContaining("cannot enter component instance");
        child.exit();
        instance.enter("process");
    }

    /** The picture of "Component Instances": host, P, C1, C2, P again; but not C1 from there. */
    @Test
    void aChildMayCallBackIntoItsParentButNobodyIntoASiblingInACall() {
        Instance c1 = nested(instance);
        Instance c2 = nested(instance);
        instance.enter("m1");
        c1.enterFrom(instance, "c1");
        c2.enterFrom(c1, "c2");
        instance.enterFrom(c2, "m2");

        assertThatThrownBy(() -> c1.enterFrom(instance, "c1")).isInstanceOf(EngineException.class);

        instance.leaveTo(c2);
        c2.leaveTo(c1);
        c1.leaveTo(instance);
        c1.enterFrom(instance, "c1");
        c1.leaveTo(instance);
        instance.exit();
        instance.enter("m1");
    }

    @Test
    void aTrapInAChildFinishesTheWholeComponent() {
        Instance child = nested(instance);
        Instance sibling = nested(instance);
        child.enter("inner");
        child.trapped(new TrapException("bad"));

        assertThat(instance.isFinished()).isTrue();
        assertThat(sibling.isFinished()).isTrue();
        assertThatThrownBy(() -> sibling.enter("inner")).hasMessageContaining("never entered again");
    }
}
