/** Metrics of running flows: counters and histograms that cost the hot path next to nothing. */
module io.torvyn.observability {
    requires transitive io.torvyn.types;
    requires transitive static org.jspecify;

    exports io.torvyn.observability;
}
