package io.torvyn.reactor;

/**
 * What one flow has had of the processors, and whether it is its turn again. Owned by the flow's thread.
 *
 * <p>While there are more flows than processors each is to have time in proportion to its {@link FlowPriority}, however long
 * its calls take. Virtual threads take turns in the order in which they give way, so turns of different length would give
 * a flow with slow elements nearly everything. A flow that is ahead of the one that has had least gives way again, and sleeps
 * when that is not enough, until that one has caught up. A flow that has slept for another reason has no claim to what it did
 * not use.
 */
final class ProcessorShare {
    /** How far ahead of the others a flow may be and still run. */
    private static final long SLACK_NANOS = 200_000;

    /*
     * A virtual thread that yields goes to the end of its carrier's own line, and the carrier looks at the common line, where
     * threads are that were started or woken from outside, only when its own is empty (25.0.3). Flows that yield to each
     * other would keep all others out for ever, the JDK's own threads among them. So each steps aside now and then: it waits
     * for the shortest time there is, and comes back by the common line. That costs some ten microseconds, so it is done
     * seldom.
     */
    private static final long STEP_ASIDE_NANOS = 5_000_000;
    private static final long LONGEST_IN_LINE_NANOS = 50_000_000;
    private static final int FEWEST_TURNS = 16;

    /** Who is ahead gives way so often before it sleeps. */
    private static final int PATIENCE = 4;

    private static final long SHORTEST_SLEEP_NANOS = 50_000;
    private static final long LONGEST_SLEEP_NANOS = 1_000_000;

    private final ActiveFlows active;
    /** Time of processors by weight: what counts as a nanosecond for a flow of normal priority. */
    private long used;

    private long ahead;
    private int inVain;
    private long askedThen;
    /** Nobody else asked for a turn while it gave way the last time, or slept. */
    private boolean alone;

    private long steppedAsideAt;
    private int turns;

    /** @param now {@link System#nanoTime()}, as in all that follows */
    ProcessorShare(ActiveFlows active, long now) {
        this.active = active;
        steppedAsideAt = now;
    }

    /** It has slept, or run while nobody had to give way. */
    void rejoin() {
        used = Math.max(used, active.served());
    }

    /** Its turn is over. */
    void charge(long nanos, FlowPriority priority) {
        used += nanos * FlowPriority.NORMAL.elementsPerYield() / priority.elementsPerYield();
    }

    /** For how long it is to sleep in order to give way; 0 when yielding is enough. Asked each time. */
    long pauseNanos(long now) {
        turns++;
        long pause = inVain > PATIENCE
                ? Math.clamp(ahead, SHORTEST_SLEEP_NANOS, LONGEST_SLEEP_NANOS)
                : isToStepAside(now - steppedAsideAt) ? 1 : 0;
        if (pause > 0) {
            steppedAsideAt = now;
            turns = 0;
        }
        return pause;
    }

    private boolean isToStepAside(long inLine) {
        return inLine >= STEP_ASIDE_NANOS && (turns >= FEWEST_TURNS || inLine >= LONGEST_IN_LINE_NANOS);
    }

    /** Whether it may go on, asked after each time that it has given way. */
    boolean isNext() {
        long floor = active.ask(used);
        long asked = active.asked();
        boolean nobodyElse = asked - askedThen <= 1;
        askedThen = asked;
        ahead = used - floor;
        if (ahead > SLACK_NANOS) {
            alone = nobodyElse && (alone || inVain > PATIENCE);
            if (!alone) {
                inVain++;
                return false;
            }
            used = floor + SLACK_NANOS; // those who do not ask do not want what it has had
        }
        inVain = 0;
        return true;
    }
}
