package io.torvyn.resources;

import java.util.List;

/**
 * What a flow still held when it ended. In an orderly end: nothing.
 *
 * @param reclaimed each buffer that had to be taken back
 */
public record FlowReleaseReport(List<ReclaimedBuffer> reclaimed) {
    public FlowReleaseReport {
        reclaimed = List.copyOf(reclaimed);
    }

    /** Buffers whose payload went back to a pool. */
    public int returned() {
        return (int) reclaimed.stream().filter(ReclaimedBuffer::returnedToPool).count();
    }

    /** Buffers that were freed instead, since they belong to no pool. */
    public int deallocated() {
        return reclaimed.size() - returned();
    }

    /** Bytes of capacity. */
    public long bytes() {
        return reclaimed.stream().mapToLong(ReclaimedBuffer::capacity).sum();
    }

    public int borrowsCleared() {
        return reclaimed.stream().mapToInt(ReclaimedBuffer::borrows).sum();
    }
}
