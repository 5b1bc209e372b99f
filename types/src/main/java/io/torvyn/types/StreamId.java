package io.torvyn.types;

/**
 * The queue between two stages; unique within one process.
 *
 * @param value the number behind the text form {@code stream-<value>}
 */
public record StreamId(long value) {
    @Override
    public String toString() {
        return "stream-" + value;
    }
}
