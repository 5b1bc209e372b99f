package io.torvyn.types;

/** How much is recorded while a flow runs. The copy ledger is kept at every level. */
public enum ObservabilityLevel {
    /** The copy ledger only. */
    OFF,
    /** Every counter, and sampled histograms. */
    PRODUCTION,
    /** Everything, for every element. */
    DIAGNOSTIC
}
