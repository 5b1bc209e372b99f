package io.torvyn.types;

/** The life of a flow. Numbers and legal moves are fixed: metrics export the ordinal. */
public enum FlowState {
    /** Submitted. */
    CREATED,
    /** Contracts and capabilities are in order. */
    VALIDATED,
    /** Components are live, streams joined, {@code init} done. */
    INSTANTIATED,
    /** Elements move. */
    RUNNING,
    /** What is queued is being finished. */
    DRAINING,
    /** Ended by itself. */
    COMPLETED,
    /** Ended by an operator. */
    CANCELLED,
    /** Ended by a failure. */
    FAILED;

    public boolean isTerminal() {
        return this == COMPLETED || this == CANCELLED || this == FAILED;
    }

    public boolean canBecome(FlowState next) {
        return switch (this) {
            case CREATED -> next == VALIDATED || next == CANCELLED || next == FAILED;
            case VALIDATED -> next == INSTANTIATED || next == CANCELLED || next == FAILED;
            case INSTANTIATED -> next == RUNNING || next == CANCELLED || next == FAILED;
            case RUNNING -> next == DRAINING;
            case DRAINING -> next.isTerminal();
            case COMPLETED, CANCELLED, FAILED -> false;
        };
    }

    /**
     * The move to {@code next}.
     *
     * @throws IllegalStateException when there is no such move; the text names both states
     */
    public FlowState to(FlowState next) {
        if (!canBecome(next)) {
            throw new IllegalStateException("a flow cannot go from " + this + " to " + next);
        }
        return next;
    }
}
