package io.torvyn.types;

/**
 * A running flow; counted from 1 within one process.
 *
 * @param value the number behind the text form {@code flow-<value>}
 */
public record FlowId(long value) {
    @Override
    public String toString() {
        return "flow-" + value;
    }
}
