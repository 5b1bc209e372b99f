package io.torvyn.resources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torvyn.types.ComponentId;
import io.torvyn.types.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every operation in every state: where it leads, or with which code it is refused. */
class OwnershipTableTest {
    /**
     * A row for each operation, a column for each state. What is no code is the state that follows; after a refusal the
     * state is what it was. {@code WRONG} is an operation by somebody who does not own the buffer.
     */
    private static final String TABLE = """
            operation       | pooled | owned    | frozen   | borrowed | read     | written | transit | freed
            borrow          | E0302  | borrowed | borrowed | borrowed | E0305    | E0304   | E0300   | E0302
            end-borrow      | E0302  | E0300    | E0300    | owned    | E0300    | E0300   | E0300   | E0302
            lease-read      | E0302  | leased   | leased   | E0303    | leased   | E0304   | E0300   | E0302
            lease-write     | E0302  | leased   | E0300    | E0303    | E0305    | E0304   | E0300   | E0302
            end-lease       | E0302  | E0300    | E0300    | E0300    | owned    | owned   | E0300   | E0302
            move            | E0302  | transit  | transit  | E0303    | E0305    | E0304   | E0300   | E0302
            move-WRONG      | E0302  | E0301    | E0301    | E0303    | E0305    | E0304   | E0300   | E0302
            receive         | E0302  | E0300    | E0300    | E0300    | E0300    | E0300   | owned   | E0302
            release         | E0302  | pooled   | pooled   | E0303    | E0305    | E0304   | E0300   | E0302
            release-WRONG   | E0302  | E0301    | E0301    | E0303    | E0305    | E0304   | E0300   | E0302
            write           | E0302  | owned    | E0300    | E0303    | E0305    | leased  | E0300   | E0302
            set-type        | E0302  | owned    | E0300    | E0303    | E0305    | leased  | E0300   | E0302
            read            | E0302  | owned    | owned    | borrowed | leased   | leased  | transit | E0302
            """;

    private final Resources resources = new Resources(PoolSizes.DEFAULT);
    private final FlowResources flow = Flows.open(resources);
    private final BufferOwner owner = flow.owner(new ComponentId(5), "subject");
    private final BufferOwner stranger = flow.owner(new ComponentId(6), "stranger");

    record Case(String operation, String state, String expected) {
        @Override
        public String toString() {
            return operation + " in " + state + ": " + expected;
        }
    }

    static Stream<Case> cases() {
        List<List<String>> rows = TABLE.lines()
                .map(line -> Stream.of(line.split("\\|")).map(String::strip).toList())
                .toList();
        List<Case> cases = new ArrayList<>();
        for (List<String> row : rows.subList(1, rows.size())) {
            for (int column = 1; column < row.size(); column++) {
                cases.add(new Case(row.getFirst(), rows.getFirst().get(column), row.get(column)));
            }
        }
        return cases.stream();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void isMadeOrRefused(Case one) {
        Buffer subject = in(one.state());
        ResourceState before = subject.state();
        long held = owner.heldBytes();
        if (one.expected().startsWith("E")) {
            assertThatThrownBy(() -> apply(one.operation(), subject))
                    .isInstanceOfSatisfying(
                            ResourceException.class,
                            e -> assertThat(e.failure().code().id()).isEqualTo(one.expected()));
            assertThat(subject.state()).isEqualTo(before);
            assertThat(owner.heldBytes()).isEqualTo(held);
        } else {
            apply(one.operation(), subject);
            assertThat(subject.state().name()).isEqualToIgnoringCase(one.expected());
        }
        assertThat(stranger.heldBytes()).isZero();
        flow.close();
        assertThat(resources.liveBuffers()).isZero();
    }

    private Buffer in(String state) {
        Buffer subject = owner.acquire(10);
        switch (state) {
            case "owned" -> {}
            case "frozen" -> subject.freeze();
            case "borrowed" -> subject.borrowStart();
            case "read" -> subject.leaseStart(Lease.READ);
            case "written" -> subject.leaseStart(Lease.WRITE);
            case "transit" -> subject.beginTransfer(owner);
            case "pooled" -> subject.release();
            case "freed" -> owner.reclaim();
            default -> throw new AssertionError(state);
        }
        return subject;
    }

    private void apply(String operation, Buffer subject) {
        switch (operation) {
            case "borrow" -> subject.borrowStart();
            case "end-borrow" -> subject.borrowEnd();
            case "lease-read" -> subject.leaseStart(Lease.READ);
            case "lease-write" -> subject.leaseStart(Lease.WRITE);
            case "end-lease" -> subject.leaseEnd();
            case "move" -> subject.beginTransfer(owner);
            case "move-WRONG" -> subject.beginTransfer(stranger);
            case "receive" -> subject.completeTransfer(flow.host());
            case "release" -> subject.release();
            case "release-WRONG" -> subject.release(stranger);
            case "write" -> subject.append(new byte[1], 0, 1);
            case "set-type" -> subject.contentType(flow.contentTypes().intern("text/plain"));
            case "read" -> subject.read(0, 1);
            default -> throw new AssertionError(operation);
        }
    }

    /** A code of its own for each reason: nobody has to guess which of them it was. */
    @ParameterizedTest
    @MethodSource("refusals")
    void everyRefusalIsInTheTable(ErrorCode code) {
        assertThat(TABLE).contains(code.id());
    }

    static Stream<ErrorCode> refusals() {
        return Stream.of(
                ErrorCode.STALE_HANDLE,
                ErrorCode.NOT_OWNER,
                ErrorCode.NOT_ALLOCATED,
                ErrorCode.BORROWS_OUTSTANDING,
                ErrorCode.MUTABLE_LEASE_ACTIVE,
                ErrorCode.READ_ONLY_LEASES_ACTIVE);
    }
}
