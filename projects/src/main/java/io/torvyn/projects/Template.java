package io.torvyn.projects;

import java.util.Locale;
import java.util.Optional;

/** What a new project begins as. */
public enum Template {
    SOURCE("gives out `Hello, Torvyn! (n)` a thousand times", Starter.SOURCE),
    SINK("prints each payload as a line", Starter.SINK),
    TRANSFORM("hands on each payload as it is", Starter.TRANSFORM),
    FILTER("lets everything pass", Starter.FILTER),
    ROUTER("sends everything to the port `default`", Starter.ROUTER),
    AGGREGATOR("hands on every tenth element", Starter.AGGREGATOR),
    FULL_PIPELINE("a source, a transform in upper case and a sink, joined in one flow", null),
    EMPTY("a manifest, and nothing else", null);

    private final String description;
    private final Optional<Starter> starter;

    Template(String description, @org.jspecify.annotations.Nullable Starter starter) {
        this.description = description;
        this.starter = Optional.ofNullable(starter);
    }

    /** What it does as it is made, for lists and questions. */
    public String description() {
        return description;
    }

    /** As the command line writes it: {@code full-pipeline}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The one component that it is; empty when it is none, or several. */
    Optional<Starter> starter() {
        return starter;
    }
}
