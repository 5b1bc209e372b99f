package io.torvyn.reactor;

/** How many elements the sources of a flow may still be asked for, before its limit. Owned by the flow's thread. */
final class Quota {
    private long left;

    Quota(long limit) {
        left = limit;
    }

    long left() {
        return left;
    }

    /** A source is asked. */
    void take() {
        left--;
    }

    /** It had none, or is not asked after all. */
    void giveBack(int asked) {
        left += asked;
    }
}
