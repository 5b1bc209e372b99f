package io.torvyn.engine;

import io.torvyn.component.Instance;
import io.torvyn.resources.BufferOwner;
import io.torvyn.resources.ContentTypes;
import io.torvyn.streaming.Aggregator;
import io.torvyn.streaming.Filter;
import io.torvyn.streaming.Lifecycle;
import io.torvyn.streaming.Processor;
import io.torvyn.streaming.Router;
import io.torvyn.streaming.Sink;
import io.torvyn.streaming.Source;
import io.torvyn.types.ComponentId;
import io.torvyn.types.ComponentTypeId;

/**
 * A live component: its memory, its handle table, its exports. Belongs to one thread at a time; never entered again
 * after a trap.
 *
 * @param node what its place in the flow is called
 */
public record ComponentInstance(ComponentId id, String node, ComponentTypeId type, Instance instance)
        implements AutoCloseable {
    /** Guests know filters, routers and aggregators by these names too. */
    public ComponentInstance {
        instance.alias("torvyn:streaming/filter@0.1.0", Filter.NAME);
        instance.alias("torvyn:streaming/router@0.1.0", Router.NAME);
        instance.alias("torvyn:streaming/aggregator@0.1.0", Aggregator.NAME);
    }

    public boolean hasLifecycle() {
        return exports(Lifecycle.NAME);
    }

    public boolean hasSource() {
        return exports(Source.NAME);
    }

    public boolean hasProcessor() {
        return exports(Processor.NAME);
    }

    public boolean hasFilter() {
        return exports(Filter.NAME);
    }

    public boolean hasRouter() {
        return exports(Router.NAME);
    }

    public boolean hasAggregator() {
        return exports(Aggregator.NAME);
    }

    public boolean hasSink() {
        return exports(Sink.NAME);
    }

    private boolean exports(String interfaceName) {
        return instance.exportedInstance(interfaceName).isPresent();
    }

    /**
     * Binds the functions that the instance exports, once, so that calling them looks nothing up.
     *
     * @param owner what the instance's buffers are charged to
     * @param context the view of the flow that guests are lent
     * @throws io.torvyn.component.EngineException E0807 when a function has another type than the contract says, E0808
     *     when an exported interface lacks one
     */
    public ComponentInvoker invoker(BufferOwner owner, ContentTypes contentTypes, FlowContext context) {
        return new GuestInvoker(this, owner, contentTypes, context);
    }

    /** Bytes of linear memory that it holds now. */
    public long memoryBytes() {
        return instance.memoryBytes();
    }

    @Override
    public void close() {
        instance.close();
    }
}
