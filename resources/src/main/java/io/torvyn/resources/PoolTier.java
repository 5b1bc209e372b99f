package io.torvyn.resources;

/** The payload sizes that are pooled. */
public enum PoolTier {
    SMALL(0, "small", 256),
    MEDIUM(1, "medium", 4 << 10),
    LARGE(2, "large", 64 << 10),
    HUGE(3, "huge", 1 << 20);

    static final int COUNT = 4;

    /** Its pool id, and its place in arrays. */
    final int index;

    private final String label;
    private final int capacity;

    PoolTier(int index, String label, int capacity) {
        this.index = index;
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

    /** The index of the smallest tier that holds so many bytes; of {@link #HUGE} also for what is too large for any. */
    static int indexFor(int bytes) {
        return bytes <= 256 ? 0 : bytes <= 4 << 10 ? 1 : bytes <= 64 << 10 ? 2 : 3;
    }
}
