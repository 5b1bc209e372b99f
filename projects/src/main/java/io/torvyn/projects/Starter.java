package io.torvyn.projects;

import java.util.List;

/** A component to begin with: what it does, and the world that it is made for. */
@SuppressWarnings("ImmutableEnumChecker") // every list is one of List.of
enum Starter {
    SOURCE("source", "torvyn:streaming/source", "torvyn:streaming/data-source", List.of("torvyn-streaming")),
    TRANSFORM(
            "transform",
            "torvyn:streaming/processor",
            "torvyn:streaming/managed-transform",
            List.of("torvyn-streaming")),
    UPPER("upper", "torvyn:streaming/processor", "torvyn:streaming/managed-transform", List.of("torvyn-streaming")),
    SINK("sink", "torvyn:streaming/sink", "torvyn:streaming/data-sink", List.of("torvyn-streaming")),
    FILTER(
            "filter",
            "torvyn:filtering/filter",
            "torvyn:filtering/content-filter",
            List.of("torvyn-filtering", "torvyn-streaming")),
    ROUTER(
            "router",
            "torvyn:filtering/router",
            "torvyn:filtering/content-router",
            List.of("torvyn-filtering", "torvyn-streaming")),
    AGGREGATOR(
            "aggregator",
            "torvyn:aggregation/aggregator",
            "torvyn:aggregation/stream-aggregator",
            List.of("torvyn-aggregation", "torvyn-streaming"));

    private final String file;
    private final String stageInterface;
    private final String world;
    private final List<String> contracts;

    Starter(String file, String stageInterface, String world, List<String> contracts) {
        this.file = file;
        this.stageInterface = stageInterface;
        this.world = world;
        this.contracts = contracts;
    }

    /** The name of its source among the templates of a language, without what tells the language. */
    String file() {
        return file;
    }

    /** By which it takes part in a flow. */
    String stageInterface() {
        return stageInterface;
    }

    /** Without version. */
    String world() {
        return world;
    }

    /** The folders of the contracts that it is resolved with. */
    List<String> contracts() {
        return contracts;
    }

    /** Whether elements come to it. */
    boolean takes() {
        return this != SOURCE;
    }

    /** Whether elements come from it. */
    boolean gives() {
        return this != SINK;
    }

    /** Where they come from it. */
    String port() {
        return this == ROUTER ? "default" : "output";
    }
}
