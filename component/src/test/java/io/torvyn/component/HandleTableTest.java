package io.torvyn.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torvyn.contracts.ResourceType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** CanonicalABI.md, "Table State", "Resource State", "lift_own", "lift_borrow", "canon resource.drop". */
class HandleTableTest {
    private static final ResourceType BUFFER = new ResourceType("buffer");
    private static final ResourceType CONTEXT = new ResourceType("context");

    private final HandleTable table = new HandleTable(new HashSet<>());
    private final Counted resource = new Counted();

    private static final class Counted implements HostResource {
        int drops;

        @Override
        public void drop() {
            drops++;
        }
    }

    @Test
    void theFirstHandleIsOne() {
        assertThat(table.newOwn(BUFFER, resource)).isEqualTo(1);
        assertThat(table.newOwn(BUFFER, resource)).isEqualTo(2);
    }

    @Test
    void theHandleFreedLastIsUsedFirst() {
        for (int i = 0; i < 3; i++) {
            table.newOwn(BUFFER, resource);
        }
        table.drop(1, BUFFER);
        table.drop(3, BUFFER);

        assertThat(table.newOwn(BUFFER, resource)).isEqualTo(3);
        assertThat(table.newOwn(BUFFER, resource)).isEqualTo(1);
        assertThat(table.newOwn(BUFFER, resource)).isEqualTo(4);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2, 15, 16, 17, 1 << 28, Integer.MAX_VALUE, Integer.MIN_VALUE, -1})
    void anUnknownHandleTraps(int handle) {
        table.newOwn(BUFFER, resource);

        assertThatThrownBy(() -> table.rep(handle, BUFFER))
                .isInstanceOf(TrapException.class)
                .hasMessage("unknown handle index " + Integer.toUnsignedString(handle));
        assertThatThrownBy(() -> table.removeOwn(handle, BUFFER)).isInstanceOf(TrapException.class);
        assertThatThrownBy(() -> table.drop(handle, BUFFER)).isInstanceOf(TrapException.class);
        assertThat(resource.drops).isZero();
        assertThat(table.size()).isEqualTo(1);
    }

    @Test
    void aHandleOfAnotherTypeTraps() {
        int handle = table.newOwn(BUFFER, resource);

        assertThatThrownBy(() -> table.rep(handle, CONTEXT))
                .isInstanceOf(TrapException.class)
                .hasMessage(
                        "handle index 1 used with the wrong type, expected host-defined resource but found a different"
                                + " host-defined resource (buffer instead of context)");
        assertThatThrownBy(() -> table.rep(handle, new ResourceType("buffer"))).isInstanceOf(TrapException.class);
        assertThat(table.rep(handle, BUFFER)).isSameAs(resource);
    }

    @Test
    void dropOfAnOwnedHandleDropsTheResourceOnce() {
        int handle = table.newOwn(BUFFER, resource);

        table.drop(handle, BUFFER);

        assertThat(resource.drops).isEqualTo(1);
        assertThatThrownBy(() -> table.drop(handle, BUFFER)).isInstanceOf(TrapException.class);
        assertThat(resource.drops).isEqualTo(1);
    }

    @Test
    void dropOfABorrowEndsTheBorrowAndLeavesTheResource() {
        int handle = table.newBorrow(BUFFER, resource);
        assertThat(table.borrowCount()).isEqualTo(1);

        table.drop(handle, BUFFER);

        assertThat(table.borrowCount()).isZero();
        assertThat(resource.drops).isZero();
    }

    @Test
    void dropOfALentHandleTraps() {
        int handle = table.newOwn(BUFFER, resource);
        table.lend(handle);

        assertThatThrownBy(() -> table.drop(handle, BUFFER))
                .isInstanceOf(TrapException.class)
                .hasMessage("cannot remove owned resource while borrowed: handle 1 is lent and cannot be dropped");
        assertThat(resource.drops).isZero();
        table.unlend(handle);
        table.drop(handle, BUFFER);
        assertThat(resource.drops).isEqualTo(1);
    }

    @Test
    void aLentHandleCannotBeGivenAway() {
        int handle = table.newOwn(BUFFER, resource);
        table.lend(handle);

        assertThatThrownBy(() -> table.removeOwn(handle, BUFFER)).hasMessageContaining("is lent");
        assertThat(table.rep(handle, BUFFER)).isSameAs(resource);
    }

    @Test
    void aBorrowCannotBeGivenAway() {
        int handle = table.newBorrow(BUFFER, resource);

        assertThatThrownBy(() -> table.removeOwn(handle, BUFFER))
                .isInstanceOf(TrapException.class)
                .hasMessageContaining("is a borrow");
        assertThat(table.borrowCount()).isEqualTo(1);
    }

    @Test
    void givingAwayTakesTheHandleOutAndDropsNothing() {
        int handle = table.newOwn(BUFFER, resource);

        assertThat(table.removeOwn(handle, BUFFER)).isSameAs(resource);

        assertThat(table.size()).isZero();
        assertThat(resource.drops).isZero();
        assertThatThrownBy(() -> table.rep(handle, BUFFER)).isInstanceOf(TrapException.class);
    }

    @Test
    void aReusedHandleHasForgottenWhatItWas() {
        int handle = table.newBorrow(BUFFER, resource);
        table.drop(handle, BUFFER);

        int again = table.newOwn(CONTEXT, 99);

        assertThat(again).isEqualTo(handle);
        assertThat(table.guestRep(again, CONTEXT)).isEqualTo(99);
        assertThatThrownBy(() -> table.rep(again, CONTEXT)).hasMessageContaining("not one of the host's");
        assertThat(table.removeForDrop(again, CONTEXT)).isTrue();
    }

    @Test
    void tooManyHandlesTrap() {
        for (int i = 1; i < HandleTable.MAX_LENGTH; i++) {
            table.newOwn(BUFFER, i);
        }

        assertThatThrownBy(() -> table.newOwn(BUFFER, 0))
                .isInstanceOf(TrapException.class)
                .hasMessageContaining("too many handles");
        assertThat(table.guestRep(HandleTable.MAX_LENGTH - 1, BUFFER)).isEqualTo(HandleTable.MAX_LENGTH - 1);
    }

    @Test
    void clearDropsWhatIsOwnedEvenWhenOneDropFails() {
        table.newOwn(BUFFER, resource);
        table.newOwn(BUFFER, new HostResource() {
            @Override
            public void drop() {
                throw new IllegalStateException("no");
            }
        });
        table.newBorrow(BUFFER, resource);
        table.newOwn(BUFFER, resource);

        assertThatThrownBy(table::clear).isInstanceOf(IllegalStateException.class);

        assertThat(resource.drops).isEqualTo(2);
        assertThat(table.size()).isZero();
        assertThat(table.borrowCount()).isZero();
        assertThat(table.newOwn(BUFFER, resource)).isBetween(1, 4);
    }

    /** Against a map, the plainest table there is. */
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void behavesAsAMapOfLiveHandles(long seed) {
        var random = new Random(seed);
        Map<Integer, Counted> expected = new HashMap<>();
        Map<Integer, Boolean> own = new HashMap<>();
        for (int step = 0; step < 20_000; step++) {
            if (random.nextInt(100) < 51 || expected.isEmpty()) {
                var added = new Counted();
                boolean isOwn = random.nextBoolean();
                int handle = isOwn ? table.newOwn(BUFFER, added) : table.newBorrow(BUFFER, added);
                assertThat(expected.put(handle, added))
                        .as("a live handle was handed out again")
                        .isNull();
                own.put(handle, isOwn);
            } else {
                List<Integer> handles = new ArrayList<>(expected.keySet());
                int handle = handles.get(random.nextInt(handles.size()));
                Counted rep = expected.remove(handle);
                boolean isOwn = own.remove(handle);
                assertThat(table.rep(handle, BUFFER)).isSameAs(rep);
                if (isOwn && random.nextBoolean()) {
                    assertThat(table.removeOwn(handle, BUFFER)).isSameAs(rep);
                    assertThat(rep.drops).isZero();
                } else {
                    table.drop(handle, BUFFER);
                    assertThat(rep.drops).isEqualTo(isOwn ? 1 : 0);
                }
            }
            assertThat(table.size()).isEqualTo(expected.size());
        }
        assertThat(table.borrowCount())
                .isEqualTo((int) own.values().stream().filter(o -> !o).count());
        expected.forEach((handle, rep) -> assertThat(table.rep(handle, BUFFER)).isSameAs(rep));
    }
}
