package io.torvyn.types;

/**
 * A component instance. Rising, never used again within one process.
 *
 * @param value the number behind the text form {@code component-<value>}
 */
public record ComponentId(long value) {
    @Override
    public String toString() {
        return "component-" + value;
    }
}
