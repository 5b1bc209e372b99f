package io.torvyn.reactor;

/** How long a flow goes on before it lets others have the processor. */
public enum FlowPriority {
    BACKGROUND(8),
    LOW(16),
    NORMAL(32),
    HIGH(64),
    CRITICAL(128);

    private final int elementsPerYield;

    FlowPriority(int elementsPerYield) {
        this.elementsPerYield = elementsPerYield;
    }

    /** Elements that stages of the flow handle between two yields. */
    public int elementsPerYield() {
        return elementsPerYield;
    }
}
