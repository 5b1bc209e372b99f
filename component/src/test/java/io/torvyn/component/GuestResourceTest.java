package io.torvyn.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torvyn.component.spi.CoreTrap;
import io.torvyn.contracts.ResourceType;
import io.torvyn.contracts.ValueType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** CanonicalABI.md, "canon resource.new", "canon resource.rep", "canon resource.drop", "lift_own", "lower_borrow". */
class GuestResourceTest {
    private static final int REP = 0x1000_0001;

    private final TestGuest guest = new TestGuest();
    private final List<Integer> destroyed = new ArrayList<>();
    private final ResourceType type = new ResourceType("thing");
    private final Code code = new Code();
    private final GuestResourceType defined = guest.instance.define(type, code::destroy);
    private final ValueType own = new ValueType.Own(type);
    private final ValueType borrow = new ValueType.Borrow(type);

    @SuppressWarnings("unused")
    private final class Code {
        boolean crashes;

        void destroy(int rep) {
            if (crashes) {
                throw new TestEngine.CoreTrapped(CoreTrap.Kind.UNREACHABLE);
            }
            destroyed.add(rep);
        }

        int make() {
            return create(REP);
        }

        int use(int rep) {
            return rep;
        }

        int take(int handle) {
            return (int) TestGuest.call(defined.resourceRep(), handle);
        }
    }

    private int create(int rep) {
        return (int) TestGuest.call(defined.resourceNew(), rep);
    }

    private void drop(TestGuest dropper, int handle) {
        TestGuest.call(GuestResourceType.resourceDrop(dropper.instance, type), handle);
    }

    private GuestResource made() {
        var handle = (Value.OwnHandle) guest.export("make", TestGuest.function(own), code)
                .call(List.of())
                .orElseThrow();
        return (GuestResource) handle.resource();
    }

    @Test
    void theRepresentationIsFoundByTheHandle() {
        int handle = create(REP);

        assertThat(handle).isEqualTo(1);
        assertThat(TestGuest.call(defined.resourceRep(), handle)).isEqualTo(REP);
        assertThatThrownBy(() -> TestGuest.call(defined.resourceRep(), 2)).isInstanceOf(TrapException.class);
    }

    @Test
    void dropRunsTheDestructorOnce() {
        int handle = create(REP);

        drop(guest, handle);

        assertThat(destroyed).containsExactly(REP);
        assertThatThrownBy(() -> drop(guest, handle))
                .isInstanceOf(TrapException.class)
                .hasMessage("unknown handle index 1");
        assertThat(destroyed).hasSize(1);
    }

    @Test
    void aResourceWithoutDestructorIsJustForgotten() {
        var plain = new ResourceType("plain");
        int handle = (int) TestGuest.call(guest.instance.define(plain, null).resourceNew(), 5);

        TestGuest.call(GuestResourceType.resourceDrop(guest.instance, plain), handle);

        assertThat(guest.instance.handles().size()).isZero();
    }

    @Test
    void newAndDropAreNotForPostReturnAndRealloc() {
        int handle = create(REP);
        guest.instance.forbidLeaving();

        assertThatThrownBy(() -> create(1)).hasMessage("cannot leave component instance");
        assertThatThrownBy(() -> drop(guest, handle)).hasMessage("cannot leave component instance");
        assertThat(TestGuest.call(defined.resourceRep(), handle)).isEqualTo(REP);
    }

    @Test
    void theHostGetsWhatTheGuestGivesAway() {
        GuestResource resource = made();

        assertThat(resource.isOwned()).isTrue();
        assertThat(resource.type()).isSameAs(type);
        assertThat(guest.instance.handles().size()).isZero();
    }

    @Test
    void theHostDropsByRunningTheDestructorOnce() {
        GuestResource resource = made();

        resource.drop();
        resource.drop();

        assertThat(destroyed).containsExactly(REP);
        assertThat(resource.isLive()).isFalse();
    }

    @Test
    void theHostGivesItBackAndKeepsNothing() {
        GuestResource resource = made();
        var take = guest.export("take", TestGuest.function(ValueType.Primitive.S32, own), code);

        assertThat(take.call(List.of(new Value.OwnHandle(resource)))).contains(new Value.S32(REP));

        assertThat(resource.isLive()).isFalse();
        assertThatThrownBy(() -> take.call(List.of(new Value.OwnHandle(resource))))
                .hasMessageContaining("[E0807]")
                .hasMessageContaining("the resource thing belongs to somebody else");
        resource.drop();
        assertThat(destroyed).isEmpty();
    }

    /** "lower_borrow": whoever implements the resource gets the representation itself. */
    @Test
    void theImplementerOfAResourceIsLentItsRepresentation() {
        GuestResource resource = made();
        var use = guest.export("use", TestGuest.function(ValueType.Primitive.S32, borrow), code);

        assertThat(use.call(List.of(new Value.BorrowHandle(resource)))).contains(new Value.S32(REP));
        assertThat(use.call(List.of(new Value.BorrowHandle(resource)))).contains(new Value.S32(REP));
        assertThat(resource.isOwned()).isTrue();

        resource.drop();
        assertThatThrownBy(() -> use.call(List.of(new Value.BorrowHandle(resource))))
                .hasMessageContaining("the resource thing is gone");
    }

    @Test
    void whatTheGuestLendsIsGoodForTheCallOnly() {
        int handle = create(REP);
        var lent = new ArrayList<GuestResource>();
        var function = Lowering.dynamic(TestGuest.function(null, borrow), arguments -> {
                    var resource = (GuestResource) ((Value.BorrowHandle) arguments.getFirst()).resource();
                    assertThat(resource.isLive()).isTrue();
                    assertThat(resource.isOwned()).isFalse();
                    assertThatThrownBy(() -> drop(guest, handle)).hasMessageContaining("is lent");
                    resource.drop(); // not its to drop
                    lent.add(resource);
                    return Optional.empty();
                })
                .lower(guest.cx);

        TestGuest.call(function, handle);

        assertThat(lent.getFirst().isLive()).isFalse();
        assertThat(destroyed).isEmpty();
        drop(guest, handle);
        assertThat(destroyed).containsExactly(REP);
    }

    @Test
    void aHostResourceThatTheGuestLendsCannotBeDroppedMeanwhile() {
        var hosts = new ResourceType("hosts");
        var resource = new HostResource() {};
        int handle = guest.instance.handles().newOwn(hosts, resource);
        var function = Lowering.dynamic(TestGuest.function(null, new ValueType.Borrow(hosts)), arguments -> {
                    assertThat(((Value.BorrowHandle) arguments.getFirst()).resource())
                            .isSameAs(resource);
                    assertThatThrownBy(() -> guest.instance.handles().drop(handle, hosts))
                            .hasMessageContaining("is lent");
                    return Optional.empty();
                })
                .lower(guest.cx);

        TestGuest.call(function, handle);

        guest.instance.handles().drop(handle, hosts);
    }

    @Test
    void anotherComponentHoldsItByHandleAndItsDropRunsTheDestructor() {
        var other = new TestGuest("component-4 ('other')", null, StringEncoding.UTF8);
        GuestResource resource = made();
        int handle = (int) other.lower(own, new Value.OwnHandle(resource)).getFirst();
        assertThat(resource.isLive()).isFalse();

        drop(other, handle);

        assertThat(destroyed).containsExactly(REP);
        assertThat(other.instance.handles().size()).isZero();
    }

    @Test
    void aChildMayDropWhatItsParentImplements() {
        var child = new TestGuest("child", guest.instance, StringEncoding.UTF8);
        GuestResource resource = made();
        guest.instance.enter("outer");
        child.instance.enterFrom(guest.instance, "inner");
        int handle = (int) child.lower(own, new Value.OwnHandle(resource)).getFirst();

        drop(child, handle);

        assertThat(destroyed).containsExactly(REP);
    }

    @Test
    void aBorrowGoesBackWithoutTheDestructor() {
        var other = new TestGuest("component-4 ('other')", null, StringEncoding.UTF8);
        GuestResource resource = made();
        int handle = (int) other.lower(borrow, new Value.BorrowHandle(resource)).getFirst();
        assertThat(other.instance.handles().borrowCount()).isEqualTo(1);

        drop(other, handle);

        assertThat(other.instance.handles().borrowCount()).isZero();
        assertThat(destroyed).isEmpty();
    }

    @Test
    void aDestructorThatTrapsFinishesTheInstance() {
        GuestResource resource = made();
        code.crashes = true;

        assertThatThrownBy(resource::drop)
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("wasm `unreachable` instruction executed during '[resource-drop]thing'");
        assertThat(guest.instance.isFinished()).isTrue();
    }

    @Test
    void aFinishedInstanceIsNotEnteredForItsDestructors() {
        GuestResource resource = made();
        guest.instance.close();

        resource.drop();

        assertThat(destroyed).isEmpty();
    }

    @Test
    void closingRunsNoGuestCode() {
        create(REP);
        var other = new TestGuest("component-4 ('other')", guest.instance, StringEncoding.UTF8);
        GuestResource resource = made();
        other.lower(own, new Value.OwnHandle(resource));

        guest.instance.close();

        assertThat(destroyed).isEmpty();
        assertThat(guest.instance.handles().size()).isZero();
        assertThat(other.instance.handles().size()).isZero();
    }

    @Test
    void aResourceOfAnotherTypeIsRefused() {
        GuestResource resource = made();
        var wrong = new ValueType.Own(new ResourceType("thing"));
        var take = guest.export("take", TestGuest.function(ValueType.Primitive.S32, wrong), code);

        assertThatThrownBy(() -> take.call(List.of(new Value.OwnHandle(resource))))
                .hasMessageContaining("[E0807]")
                .hasMessageContaining("expected a resource thing, but found a resource thing");
        assertThat(resource.isOwned()).isTrue();
    }
}
