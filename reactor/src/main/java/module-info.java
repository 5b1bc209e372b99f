import io.torvyn.reactor.spi.NativeStageProvider;

/** Flows at work: queues, scheduling, backpressure, cancellation, and the stages that are native Java. */
module io.torvyn.reactor {
    requires transitive io.torvyn.types;
    requires transitive io.torvyn.component;
    requires transitive io.torvyn.streaming;
    requires transitive io.torvyn.resources;
    requires transitive io.torvyn.engine;
    requires transitive io.torvyn.observability;
    requires transitive static org.jspecify;

    exports io.torvyn.reactor;
    exports io.torvyn.reactor.spi; // what a native stage implements

    uses NativeStageProvider;
}
