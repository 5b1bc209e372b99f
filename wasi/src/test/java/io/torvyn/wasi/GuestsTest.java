package io.torvyn.wasi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.torvyn.component.EngineException;
import io.torvyn.component.Imports;
import io.torvyn.engine.CompiledComponent;
import io.torvyn.engine.CompiledComponentCache;
import io.torvyn.engine.ComponentInvoker;
import io.torvyn.engine.ComponentInvoker.Outcome;
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
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Real stages that use WASI, on the real engine, with and without grants. */
class GuestsTest {
    private static final CompiledComponentCache COMPILED = CompiledComponentCache.inMemory();
    private static final PoolSizes SIZES = new PoolSizes(16, 4, 2, 1, PoolSizes.Exhaustion.FALLBACK_ALLOC);

    private final WasmEngine engine = new WasmEngine(Fixtures.ENGINE, EngineSettings.DEFAULT, COMPILED);
    private final Resources resources = new Resources(SIZES);
    private final FlowResources flow = resources.open(new FlowId(1), EventSink.NOOP);
    private final List<ComponentInvoker> stages = new ArrayList<>();
    private final ByteArrayOutputStream stdout = new ByteArrayOutputStream();
    private final ByteArrayOutputStream stderr = new ByteArrayOutputStream();
    private final Denials denials = new Denials();

    @AfterEach
    void close() {
        stages.forEach(ComponentInvoker::close);
        flow.release();
        assertThat(resources.liveBuffers()).isZero();
    }

    private WasiGrants everything() {
        return new WasiGrants(
                Optional.of(new ByteArrayInputStream(new byte[0])),
                Optional.of(stdout),
                Optional.of(stderr),
                Map.of("ONE", "1", "TWO", "2"),
                List.of("program", "argument", "other"),
                EnumSet.allOf(WasiGrants.Source.class));
    }

    private static WasiGrants only(OutputStream stdout) {
        return new WasiGrants(Optional.empty(), Optional.of(stdout), Optional.empty(), Map.of(), List.of(), Set.of());
    }

    private ComponentInvoker stage(String guest, String config, WasiGrants grants) {
        var id = new ComponentId(stages.size() + 1);
        BufferOwner owner = flow.owner(id, guest, 1 << 20, 64);
        CompiledComponent compiled = engine.compile(Guests.bytes(guest), guest);
        var imports = new Imports().add(Types.host()).add(BufferAllocator.host(owner));
        Wasi.addTo(imports, compiled.component(), grants, denials);
        ComponentInvoker invoker = engine.instantiate(
                        compiled, imports, id, guest, engine.settings().limits())
                .invoker(owner, flow.contentTypes(), new FlowContext(flow.id(), TraceContext.NONE, () -> 0));
        stages.add(invoker);
        assertThat(invoker.init(config)).isNull();
        return invoker;
    }

    private Element element(long sequence, String text) {
        var element = new Element();
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        Buffer payload = flow.host().acquire(bytes.length);
        payload.append(bytes, 0, bytes.length);
        element.sequence = sequence;
        element.contentType = flow.contentTypes().intern("text/plain");
        element.payload = payload;
        return element;
    }

    /** What a processor makes of an element. */
    private String process(ComponentInvoker processor, long sequence, String text) {
        Element in = element(sequence, text);
        var out = new Element();
        try {
            assertThat(processor.process(in, out)).isEqualTo(Outcome.EMITTED);
            Buffer payload = Objects.requireNonNull(out.take());
            payload.completeTransfer(flow.host());
            String answer = new String(payload.toArray(), StandardCharsets.UTF_8);
            payload.release();
            return answer;
        } finally {
            Objects.requireNonNull(in.take()).release();
        }
    }

    private Outcome push(ComponentInvoker sink, long sequence, String text) {
        Element in = element(sequence, text);
        try {
            return sink.push(in);
        } finally {
            Objects.requireNonNull(in.take()).release();
        }
    }

    private static String probe(String calls) {
        return "{\"calls\": \"" + calls + "\"}";
    }

    @Test
    void aGuestUsesAllThatItWasGranted() {
        ComponentInvoker probe = stage(
                "wasi-probe",
                probe("stdout,stderr,environment,arguments,cwd,wall,monotonic,random,random-u64,insecure,seed"),
                everything());

        assertThat(process(probe, 0, "x"))
                .isEqualTo("stdout=ok stderr=ok environment=2 arguments=3 cwd=none wall=set monotonic=set random=set "
                        + "random-u64=set insecure=set seed=set ");
        assertThat(stdout.toString(StandardCharsets.UTF_8)).isEqualTo("[wasi-probe] stdout\n");
        assertThat(stderr.toString(StandardCharsets.UTF_8)).isEqualTo("[wasi-probe] stderr\n");
        assertThat(denials.all).isEmpty();
    }

    @Test
    void withoutGrantsOutputIsDiscardedAndTheEnvironmentIsEmpty() {
        ComponentInvoker probe = stage("wasi-probe", probe("stdout,stderr,environment,arguments,cwd"), WasiGrants.NONE);
        assertThat(denials.all).isEmpty();

        for (int i = 0; i < 3; i++) {
            assertThat(process(probe, i, "x")).isEqualTo("stdout=ok stderr=ok environment=0 arguments=0 cwd=none ");
        }
        assertThat(denials.all)
                .containsExactly(
                        new Denials.Denial("stdio:stdout", "wrote to its standard output"),
                        new Denials.Denial("stdio:stderr", "wrote to its standard error"));
    }

    @ParameterizedTest
    @CsvSource({
        "wall, clock:wall, wasi:clocks/wall-clock@0.2.6#now",
        "monotonic, clock:monotonic, wasi:clocks/monotonic-clock@0.2.6#now",
        "random, random:crypto, wasi:random/random@0.2.6#get-random-bytes",
        "random-u64, random:crypto, wasi:random/random@0.2.6#get-random-u64",
        "insecure, random:insecure, wasi:random/insecure@0.2.6#get-insecure-random-u64",
        "seed, random:insecure, wasi:random/insecure-seed@0.2.6#insecure-seed"
    })
    void clocksAndRandomNumbersTrapWithoutTheirGrant(String call, String capability, String function) {
        assertThat(trap(stage("wasi-probe", probe(call), only(stdout))))
                .contains(function + " is denied; it needs the grant " + capability)
                .contains("add \"" + capability + "\" to the component's grants");
        assertThat(denials.all).containsExactly(new Denials.Denial(capability, "called " + function));
    }

    @ParameterizedTest
    @CsvSource({"exit, ok", "exit-error, error"})
    void exitEndsTheInstanceWhateverWasGranted(String call, String status) {
        assertThat(trap(stage("wasi-probe", probe(call), everything())))
                .contains("called wasi:cli/exit with status " + status);
        assertThat(denials.all).isEmpty();
    }

    private String trap(ComponentInvoker probe) {
        EngineException thrown = catchThrowableOfType(EngineException.class, () -> process(probe, 0, "x"));
        assertThat(thrown).isNotNull();
        assertThat(thrown.failure().code().id()).isEqualTo("E0804");
        return thrown.failure().text();
    }

    @Test
    void aGuestOfTwoWasiVersionsPrintsThroughBoth() {
        ComponentInvoker log = stage("lifecycle-log", "hello", only(stdout));
        assertThat(process(log, 0, "x")).isEqualTo("x");
        log.teardown();

        assertThat(stdout.toString(StandardCharsets.UTF_8))
                .isEqualTo("[lifecycle-log] init hello\n[lifecycle-log] teardown 1 after 1 elements\n");
        assertThat(denials.all).isEmpty();
    }

    @Test
    void aSinkPrintsUnderItsGrant() {
        ComponentInvoker sink = stage("hello-sink", "", only(stdout));
        assertThat(push(sink, 7, "Grüße")).isEqualTo(Outcome.READY);
        assertThat(push(sink, 8, "x".repeat(10_000))).isEqualTo(Outcome.READY);
        assertThat(sink.complete()).isNull();
        sink.teardown();

        assertThat(stdout.toString(StandardCharsets.UTF_8))
                .isEqualTo("[hello-sink] seq=7: Grüße\n[hello-sink] seq=8: " + "x".repeat(10_000)
                        + "\n[hello-sink] Stream complete.\n[hello-sink] Received 2 messages total.\n");
    }

    @Test
    void aSinkWithoutTheGrantWorksAndIsReported() {
        ComponentInvoker sink = stage("hello-sink", "", WasiGrants.NONE);
        assertThat(push(sink, 0, "x")).isEqualTo(Outcome.READY);
        assertThat(sink.complete()).isNull();

        assertThat(denials.capabilities()).containsExactly("stdio:stdout");
    }

    @ParameterizedTest
    @CsvSource({"Broken pipe", "No space left on device"})
    void aSinkSeesThatItsOutputIsClosed(String failure) {
        ComponentInvoker sink = stage("hello-sink", "", only(new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException(failure);
            }
        }));

        assertThat(push(sink, 0, "x")).isEqualTo(Outcome.ERROR);
        assertThat(sink.lastError())
                .isEqualTo(new ProcessError(ProcessError.Kind.UNAVAILABLE, "standard output is closed"));
        assertThat(denials.all).isEmpty();
    }
}
