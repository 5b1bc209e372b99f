package io.torvyn.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.torvyn.component.HostInstance;
import io.torvyn.component.HostItem;
import io.torvyn.component.Imports;
import io.torvyn.component.Value;
import io.torvyn.component.spi.CoreEngine;
import io.torvyn.component.spi.CoreLimits;
import io.torvyn.guests.Guests;
import io.torvyn.resources.Buffer;
import io.torvyn.resources.BufferOwner;
import io.torvyn.resources.ContentType;
import io.torvyn.resources.FlowResources;
import io.torvyn.resources.PoolSizes;
import io.torvyn.resources.Resources;
import io.torvyn.streaming.BufferAllocator;
import io.torvyn.streaming.Types;
import io.torvyn.types.ComponentId;
import io.torvyn.types.EventSink;
import io.torvyn.types.FlowId;
import io.torvyn.types.TraceContext;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.ServiceLoader;
import java.util.function.LongSupplier;

/** One flow whose stages are called by hand, as a driver would. Closing it insists that no buffer is left. */
final class TestFlow implements AutoCloseable {
    static final CoreEngine CORE =
            ServiceLoader.load(CoreEngine.class).findFirst().orElseThrow();
    private static final CompiledComponentCache COMPILED = CompiledComponentCache.inMemory();
    private static final PoolSizes SIZES = new PoolSizes(64, 16, 8, 2, PoolSizes.Exhaustion.FALLBACK_ALLOC);

    static final int BUDGET = 2 << 20;
    static final int HANDLES = 64;

    final Resources resources = new Resources(SIZES);
    final FlowResources flow = resources.open(new FlowId(7), EventSink.NOOP);
    final WasmEngine engine;
    LongSupplier nanosLeft = () -> 0;
    private final List<Stage> stages = new ArrayList<>();

    TestFlow(CoreEngine.Strategy strategy) {
        engine = new WasmEngine(CORE, EngineSettings.DEFAULT.withStrategy(strategy), COMPILED);
    }

    record Stage(ComponentInstance component, BufferOwner owner, ComponentInvoker invoker) {
        boolean isFinished() {
            return component.instance().isFinished();
        }

        int handles() {
            return component.instance().handles().size();
        }
    }

    /** A guest that has not been initialised. */
    Stage stage(String guest) {
        return stage(guest, Guests.bytes(guest), engine.settings().limits());
    }

    Stage stage(String guest, byte[] wasm, CoreLimits limits) {
        return stage(engine.compile(wasm, guest), guest, limits);
    }

    Stage stage(CompiledComponent compiled, String node, CoreLimits limits) {
        return stage(compiled, node, limits, OptionalLong.empty());
    }

    /** A guest with so much fuel for each call, that has not been initialised. */
    Stage fuelled(String guest, long fuel) {
        CompiledComponent compiled = engine.compileMetered(Guests.bytes(guest), guest);
        return stage(compiled, guest, engine.settings().limits(), OptionalLong.of(fuel));
    }

    private Stage stage(CompiledComponent compiled, String node, CoreLimits limits, OptionalLong fuel) {
        var id = new ComponentId(stages.size() + 1);
        BufferOwner owner = flow.owner(id, node, BUDGET, HANDLES);
        ComponentInstance component =
                engine.instantiate(compiled, imports(owner), id, node, limits, fuel, Optional.empty());
        var context = new FlowContext(flow.id(), TraceContext.NONE, () -> nanosLeft.getAsLong());
        var stage = new Stage(component, owner, component.invoker(owner, flow.contentTypes(), context));
        stages.add(stage);
        return stage;
    }

    /** A guest that has been initialised. */
    Stage started(String guest, String config) {
        Stage stage = stage(guest);
        assertThat(stage.invoker().init(config)).isNull();
        return stage;
    }

    /** The contracts, and of WASI what {@code bad-realloc} imports. */
    static Imports imports(BufferAllocator allocator) {
        var arguments = new HostItem.Untyped(_ ->
                Optional.of(new Value.ListValue(List.of(new Value.Str("one argument"), new Value.Str("another")))));
        return new Imports()
                .add(Types.host())
                .add(BufferAllocator.host(allocator))
                .add(new HostInstance("wasi:cli/environment@0.2.6", Map.of("get-arguments", arguments)));
    }

    /** An element from the host. */
    Element element(long sequence, String text) {
        var element = new Element();
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        Buffer payload = flow.host().acquire(bytes.length);
        payload.append(bytes, 0, bytes.length);
        element.sequence = sequence;
        element.timestampNanos = 1_000 + sequence;
        element.contentType = flow.contentTypes().intern("text/plain");
        payload.contentType(element.contentType);
        element.payload = payload;
        return element;
    }

    /** What a driver does with an element that came out of a stage. */
    Element received(Element element, long sequence) {
        payload(element).completeTransfer(flow.host());
        element.sequence = sequence;
        element.timestampNanos = 1_000 + sequence;
        return element;
    }

    static Buffer payload(Element element) {
        return Objects.requireNonNull(element.payload, "the carrier is empty");
    }

    /** What a driver does with an element that has been consumed. */
    static void release(Element element) {
        payload(element).release();
        element.payload = null;
        element.contentType = ContentType.NONE;
    }

    static String text(Element element) {
        return new String(payload(element).toArray(), StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        stages.forEach(stage -> stage.invoker().close());
        flow.release();
        assertThat(resources.liveBuffers()).isZero();
    }
}
