package io.torvyn.benchmarks;

import io.torvyn.component.Imports;
import io.torvyn.engine.CompiledComponentCache;
import io.torvyn.engine.ComponentInstance;
import io.torvyn.engine.ComponentInvoker;
import io.torvyn.engine.Element;
import io.torvyn.engine.EngineSettings;
import io.torvyn.engine.FlowContext;
import io.torvyn.engine.WasmEngine;
import io.torvyn.guests.Guests;
import io.torvyn.resources.Buffer;
import io.torvyn.resources.BufferOwner;
import io.torvyn.resources.FlowResources;
import io.torvyn.resources.PoolSizes;
import io.torvyn.resources.Resources;
import io.torvyn.streaming.BufferAllocator;
import io.torvyn.streaming.Types;
import io.torvyn.types.ComponentId;
import io.torvyn.types.EventSink;
import io.torvyn.types.FlowId;
import io.torvyn.types.ProcessError;
import io.torvyn.types.TraceContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Source, copies and sink as instances that belong to no flow: a benchmark calls them itself. Owned by its thread. */
final class GuestStages implements AutoCloseable {
    private static final FlowId FLOW = new FlowId(1);

    private final WasmEngine engine;
    private final OptionalLong fuel;
    final FlowResources flow;
    final ComponentInstance copyInstance;
    final ComponentInvoker source;
    /** The first of the copies, mostly the only one. */
    final ComponentInvoker copy;

    final List<ComponentInvoker> copies;
    final ComponentInvoker sink;
    private long nextComponent = 1;

    GuestStages(int payload, CompiledComponentCache cache) {
        this(payload, cache, new Resources(PoolSizes.DEFAULT));
    }

    GuestStages(int payload, CompiledComponentCache cache, int copies) {
        this(payload, cache, new Resources(PoolSizes.DEFAULT), OptionalLong.empty(), copies);
    }

    GuestStages(int payload, CompiledComponentCache cache, Resources resources) {
        this(payload, cache, resources, OptionalLong.empty());
    }

    /** @param fuel units that each call may take; empty: guests do not count */
    GuestStages(int payload, CompiledComponentCache cache, Resources resources, OptionalLong fuel) {
        this(payload, cache, resources, fuel, 1);
    }

    private GuestStages(int payload, CompiledComponentCache cache, Resources resources, OptionalLong fuel, int copies) {
        this.fuel = fuel;
        flow = resources.open(FLOW, EventSink.NOOP);
        engine = WasmEngine.create(EngineSettings.DEFAULT, cache);
        source = invoker("source");
        BufferOwner copyOwner = owner("copy");
        copyInstance = instance("copy", copyOwner);
        copy = invoker(copyInstance, copyOwner);
        List<ComponentInvoker> all = new ArrayList<>(List.of(copy));
        while (all.size() < copies) {
            all.add(invoker("copy"));
        }
        this.copies = List.copyOf(all);
        sink = invoker("sink");
        initialise(source, "{\"size\": " + payload + "}");
        this.copies.forEach(each -> initialise(each, ""));
        initialise(sink, "{\"report\": 1}");
    }

    private ComponentInvoker invoker(String guest) {
        BufferOwner owner = owner(guest);
        return invoker(instance(guest, owner), owner);
    }

    private BufferOwner owner(String guest) {
        return flow.owner(new ComponentId(nextComponent++), guest);
    }

    private ComponentInstance instance(String guest, BufferOwner owner) {
        return engine.instantiate(
                fuel.isPresent()
                        ? engine.compileMetered(Guests.bytes(guest), guest)
                        : engine.compile(Guests.bytes(guest), guest),
                new Imports().add(Types.host()).add(BufferAllocator.host(owner)),
                owner.id(),
                guest,
                engine.settings().limits(),
                fuel,
                Optional.empty());
    }

    private ComponentInvoker invoker(ComponentInstance instance, BufferOwner owner) {
        return instance.invoker(owner, flow.contentTypes(), new FlowContext(FLOW, TraceContext.NONE, () -> 0));
    }

    private static void initialise(ComponentInvoker invoker, String config) {
        ProcessError error = invoker.init(config);
        if (error != null) {
            throw new IllegalStateException(error.toString());
        }
    }

    /** The host takes over what a stage has emitted. */
    void receive(Element element) {
        payload(element).completeTransfer(flow.host());
    }

    /** Nobody needs the element any more. */
    void release(Element element) {
        payload(element).release();
    }

    private static Buffer payload(Element element) {
        Buffer payload = element.payload;
        if (payload == null) {
            throw new IllegalStateException("an element without a payload");
        }
        return payload;
    }

    /** @throws IllegalStateException when a buffer was left lying about */
    @Override
    public void close() {
        source.close();
        copies.forEach(ComponentInvoker::close);
        sink.close();
        int held = flow.liveBuffers();
        flow.close();
        if (held != 0) {
            throw new IllegalStateException(held + " buffers are still held");
        }
    }
}
