package io.torvyn.resources;

/** The payload sizes that are pooled. */
public enum PoolTier {
    SMALL("small", 256),
    MEDIUM("medium", 4 << 10),
    LARGE("large", 64 << 10),
    HUGE("huge", 1 << 20);

    static final int COUNT = 4;

    private final String label;
    private final int capacity;

    PoolTier(String label, int capacity) {
        this.label = label;
        this.capacity = capacity;
    }

    /** The metric label value. */
    public String label() {
        return label;
    }

    /** Bytes of payload in one buffer of this tier. */
    public int capacity() {
        return capacity;
    }

    /** The smallest tier that holds so many bytes; {@link #HUGE} also for what is too large for any. */
    static PoolTier holding(int bytes) {
        return bytes <= 256 ? SMALL : bytes <= 4 << 10 ? MEDIUM : bytes <= 64 << 10 ? LARGE : HUGE;
    }
}
