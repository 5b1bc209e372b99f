package io.torvyn.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torvyn.config.ComponentReference;
import io.torvyn.config.FlowDefinition;
import io.torvyn.config.Manifest;
import io.torvyn.config.NodeDefinition;
import io.torvyn.engine.CompiledComponent;
import io.torvyn.engine.CompiledComponentCache;
import io.torvyn.engine.EngineSettings;
import io.torvyn.engine.WasmEngine;
import io.torvyn.guests.Guests;
import io.torvyn.linker.LinkedPipeline;
import io.torvyn.linker.PipelineLinker;
import io.torvyn.reactor.Deadline;
import io.torvyn.reactor.StageDefinition;
import io.torvyn.reactor.StreamDefinition;
import io.torvyn.resources.FlowResources;
import io.torvyn.resources.PoolSizes;
import io.torvyn.resources.Resources;
import io.torvyn.types.ComponentId;
import io.torvyn.types.ComponentRole;
import io.torvyn.types.ErrorCode;
import io.torvyn.types.EventSink;
import io.torvyn.types.FlowId;
import io.torvyn.types.StreamId;
import io.torvyn.types.TorvynException;
import io.torvyn.types.TraceContext;
import io.torvyn.wasi.WasiGrants;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PipelineTest {
    private static final String MANIFEST = """
            [torvyn]
            name = "test"
            version = "0.1.0"
            contract_version = "0.1.0"

            [[component]]
            name = "processor"
            path = "."
            artifact = "%s.wasm"

            [flow.main.nodes.in]
            component = "native:%s"
            interface = "torvyn:streaming/source"
            config = '{"path": "%s"}'

            [flow.main.nodes.middle]
            component = "processor"
            interface = "torvyn:streaming/processor"
            config = "for init"

            [flow.main.nodes.out]
            component = "native:%s"
            interface = "torvyn:streaming/sink"
            config = '{"path": "out.txt"}'

            [[flow.main.edges]]
            from = { node = "in", port = "output" }
            to = { node = "middle", port = "input" }
            queue_depth = 7

            [[flow.main.edges]]
            from = { node = "middle", port = "output" }
            to = { node = "out", port = "input" }
            """;

    @TempDir
    private Path directory;

    private final WasmEngine engine = WasmEngine.create(EngineSettings.DEFAULT, CompiledComponentCache.inMemory());
    private final Resources resources = new Resources(PoolSizes.DEFAULT);
    private final FlowResources buffers = resources.open(new FlowId(1), EventSink.NOOP);

    private Duration initTimeout = Duration.ofSeconds(5);

    @BeforeEach
    void clear() {
        System.clearProperty(Watched.OPENED);
        System.clearProperty(Watched.CLOSED);
    }

    @AfterEach
    void nothingIsHeldBack() {
        buffers.close();
        assertThat(resources.liveBuffers()).isZero();
    }

    private Pipeline instantiate(NativeStages natives, String guest, String source, String input, String sink)
            throws Exception {
        Files.write(directory.resolve(guest + ".wasm"), Guests.bytes(guest));
        Path file = Files.writeString(
                directory.resolve(Manifest.FILE_NAME), MANIFEST.formatted(guest, source, input, sink));
        Manifest manifest = Manifest.load(file);
        FlowDefinition flow = manifest.flow("main").orElseThrow();
        Map<String, CompiledComponent> compiled = new HashMap<>();
        Map<String, ComponentId> ids = new HashMap<>();
        for (NodeDefinition node : flow.nodes()) {
            ids.put(node.name(), new ComponentId(ids.size() + 1));
            if (!(node.component() instanceof ComponentReference.Native)) {
                compiled.put(node.name(), engine.compile(Guests.bytes(guest), guest));
            }
        }
        LinkedPipeline linked =
                new PipelineLinker().check(flow, natives.roles()).orThrow();
        return Pipeline.instantiate(
                linked,
                new InstantiationContext(
                        new FlowId(1),
                        engine,
                        compiled,
                        _ -> WasiGrants.NONE,
                        _ -> (_, _) -> {},
                        buffers,
                        natives,
                        new StandardStreams(
                                InputStream.nullInputStream(),
                                OutputStream.nullOutputStream(),
                                OutputStream.nullOutputStream()),
                        directory,
                        Deadline.none(),
                        initTimeout,
                        ids,
                        List.of(new StreamId(1), new StreamId(2)),
                        Map.of(),
                        TraceContext.NONE));
    }

    private Pipeline instantiate(String guest, String input) throws Exception {
        return instantiate(NativeStages.installed(), guest, "file", input, "file");
    }

    @Test
    void stagesAndStreamsComeInOrderWithWhatTheManifestSays() throws Exception {
        Files.writeString(directory.resolve("in.txt"), "x");
        Pipeline pipeline = instantiate("copy", "in.txt");
        assertThat(pipeline.stages()).extracting(StageDefinition::name).containsExactly("in", "middle", "out");
        assertThat(pipeline.stages())
                .extracting(StageDefinition::role)
                .containsExactly(ComponentRole.SOURCE, ComponentRole.PROCESSOR, ComponentRole.SINK);
        assertThat(pipeline.stages()).extracting(StageDefinition::config).containsExactly("", "for init", "");
        assertThat(pipeline.stages().getFirst().invocationTimeout()).isZero();
        assertThat(pipeline.stages().get(1).invocationTimeout()).isPositive();
        assertThat(pipeline.streams()).extracting(StreamDefinition::capacity).containsExactly(7, 64);
        var closed = new RuntimeException("over");
        pipeline.close(closed);
        assertThat(closed.getSuppressed()).isEmpty();
    }

    @Test
    void anOutputFileIsNotTouchedWhenAComponentDoesNotComeToLife() throws Exception {
        Files.writeString(directory.resolve("in.txt"), "x");
        Files.writeString(directory.resolve("out.txt"), "what was there");
        assertThatThrownBy(() -> instantiate("missing-import", "in.txt"))
                .isInstanceOfSatisfying(
                        TorvynException.class,
                        e -> assertThat(e.failure().message()).contains("acme:nowhere/thing"));
        assertThat(directory.resolve("out.txt")).hasContent("what was there");
    }

    @Test
    void aComponentThatDoesNotComeToLifeInTimeIsStopped() throws Exception {
        Files.writeString(directory.resolve("in.txt"), "x");
        initTimeout = Duration.ofMillis(150);
        assertThatThrownBy(() -> instantiate("endless-start", "in.txt"))
                .isInstanceOf(TorvynException.class)
                .hasMessage("[E0811] Invocation of 'instantiation' on component component-2 ('middle') timed out after"
                        + " 150ms in wasm function 'loop'. Consider increasing the invocation timeout"
                        + " (`component_init_timeout_ms` of `[runtime]`).");
    }

    @Test
    void aMissingInputIsFoundBeforeTheOutputIsTouched() throws Exception {
        Files.writeString(directory.resolve("out.txt"), "what was there");
        assertThatThrownBy(() -> instantiate("copy", "missing.txt"))
                .isInstanceOfSatisfying(
                        TorvynException.class,
                        e -> assertThat(e.failure().code()).isEqualTo(ErrorCode.IO_ERROR));
        assertThat(directory.resolve("out.txt")).hasContent("what was there");
    }

    @Test
    void whatWasMadeIsClosedWhenALaterStageFails() throws Exception {
        Files.createDirectory(directory.resolve("out.txt"));
        NativeStages natives = OtherPeoplesStages.installed(directory);
        assertThatThrownBy(() -> instantiate(natives, "copy", "watched", "in.txt", "file"))
                .isInstanceOfSatisfying(TorvynException.class, e -> {
                    assertThat(e.failure().message()).isEqualTo("'out' cannot use out.txt: it is a directory");
                    assertThat(e.getSuppressed()).hasSize(1);
                });
        assertThat(System.getProperty(Watched.CLOSED)).isEqualTo("in");
    }

    @Test
    void stagesOfOtherPeopleAreFound() throws Exception {
        assertThat(NativeStages.installed().roles())
                .isEqualTo(Map.of(
                        "file", Set.of(ComponentRole.SOURCE, ComponentRole.SINK),
                        "generator", Set.of(ComponentRole.SOURCE),
                        "print", Set.of(ComponentRole.SINK),
                        "stdin", Set.of(ComponentRole.SOURCE),
                        "stdout", Set.of(ComponentRole.SINK)));
        assertThat(OtherPeoplesStages.installed(directory).roles())
                .containsEntry("watched", Set.of(ComponentRole.SOURCE, ComponentRole.SINK))
                .containsKeys("file", "stdin", "stdout");
    }

    @Test
    void aStageOfOtherPeopleGetsItsConfigurationAsItStands() throws Exception {
        Files.writeString(directory.resolve("in.txt"), "x");
        Pipeline pipeline = instantiate(OtherPeoplesStages.installed(directory), "copy", "file", "in.txt", "watched");
        assertThat(System.getProperty(Watched.OPENED)).isEqualTo("out {\"path\": \"out.txt\"}");
        assertThat(System.getProperty(Watched.CLOSED)).isNull();
        var closed = new RuntimeException("over");
        pipeline.close(closed);
        assertThat(System.getProperty(Watched.CLOSED)).isEqualTo("out");
        assertThat(closed.getSuppressed()).hasSize(1);
    }
}
