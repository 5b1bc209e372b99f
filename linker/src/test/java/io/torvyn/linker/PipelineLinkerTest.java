package io.torvyn.linker;

import static io.torvyn.linker.Flows.edges;
import static io.torvyn.linker.Flows.flow;
import static io.torvyn.linker.Flows.node;
import static io.torvyn.linker.Flows.texts;
import static org.assertj.core.api.Assertions.assertThat;

import io.torvyn.component.Component;
import io.torvyn.component.Imports;
import io.torvyn.component.Result;
import io.torvyn.component.spi.CoreEngine;
import io.torvyn.config.FlowDefinition;
import io.torvyn.engine.endive.EndiveEngine;
import io.torvyn.guests.Guests;
import io.torvyn.streaming.BufferAllocator;
import io.torvyn.streaming.Types;
import io.torvyn.types.Diagnostic;
import io.torvyn.types.ErrorCode;
import io.torvyn.wasi.Wasi;
import io.torvyn.wasi.WasiGrants;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** spec/runtime.md, section 8: real components against their nodes and the host. */
class PipelineLinkerTest {
    private static final CoreEngine ENGINE = new EndiveEngine();
    private static final Map<String, Component> LOADED = new HashMap<>();
    private static final String TYPES = "torvyn:streaming/types@0.1.0";
    private static final String ALLOCATOR = "torvyn:streaming/buffer-allocator@0.1.0";

    private static final Predicate<String> TORVYN =
            name -> InterfaceNames.match(name, List.of(TYPES, ALLOCATOR)).isPresent();
    private static final Predicate<String> HOST = TORVYN.or(name -> name.matches("wasi:.*@0\\.2\\..*"));

    private static Component guest(String name) {
        return LOADED.computeIfAbsent(name, n -> component(Guests.bytes(n), n));
    }

    private static Component component(byte[] wasm, String source) {
        return Component.load(wasm, source, ENGINE, CoreEngine.Strategy.BASELINE);
    }

    /** The guest as if it had been built against another version: every {@code from} in its bytes becomes {@code to}. */
    private static Component rebuilt(String guest, String from, String to) {
        String bytes = new String(Guests.bytes(guest), StandardCharsets.ISO_8859_1);
        assertThat(bytes).contains(from);
        assertThat(to).hasSameSizeAs(from);
        return component(bytes.replace(from, to).getBytes(StandardCharsets.ISO_8859_1), guest);
    }

    private static FlowDefinition withProcessor(String... more) {
        return flow(node("in", "source.wasm", "source")
                + node("work", "work.wasm", "processor", more)
                + node("out", "sink.wasm", "sink")
                + edges("in", "work", "work", "out"));
    }

    private static LinkReport link(Component work, Predicate<String> provided, String... more) {
        return link(withProcessor(more), Map.of("in", guest("source"), "work", work, "out", guest("sink")), provided);
    }

    private static LinkReport link(FlowDefinition flow, Map<String, Component> components, Predicate<String> provided) {
        Map<String, NodeFacts> facts = new HashMap<>();
        components.forEach((node, component) -> facts.put(node, NodeFacts.of(component, node + ".wasm")));
        return new PipelineLinker().link(flow, facts, Flows.NATIVE, host(provided));
    }

    /** The types are those of the real host, whatever names it says that it has. */
    private static HostInterfaces host(Predicate<String> provided) {
        return new HostInterfaces(provided, component -> {
            Imports imports = new Imports().add(Types.host()).add(BufferAllocator.host(new BufferAllocator() {
                @Override
                public Result<Types.MutableBuffer, Types.BufferError> allocate(long capacityHint) {
                    throw new AssertionError("linking calls nothing");
                }

                @Override
                public Result<Types.MutableBuffer, Types.BufferError> cloneIntoMutable(Types.Buffer source) {
                    throw new AssertionError("linking calls nothing");
                }
            }));
            Wasi.addTo(imports, component, WasiGrants.NONE, (_, _) -> {});
            return imports;
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"upper", "unversioned", "identity", "reverse", "wasi-probe", "lifecycle-log"})
    void componentsWhoseExportsAndImportsAreThereLink(String guest) {
        LinkReport report = link(guest(guest), HOST);

        assertThat(texts(report.errors())).isEmpty();
        assertThat(report.warnings()).isEmpty();
        assertThat(report.orThrow().stages()).extracting(LinkedStage::name).containsExactly("in", "work", "out");
    }

    @Test
    void aNewerPatchOfTheContractLinksWithTheHost() {
        FlowDefinition flow = flow(node("in", "native:lines", "source")
                + node("work", "work.wasm", "processor")
                + node("out", "native:printer", "sink")
                + edges("in", "work", "work", "out"));

        assertThat(link(flow, Map.of("work", rebuilt("upper", "@0.1.0", "@0.1.9")), HOST)
                        .errors())
                .isEmpty();
    }

    /** spec/runtime.md, section 8, "Edge compatibility". */
    @Test
    void aConsumerNeedsNoNewerContractThanItsProducerHas() {
        LinkReport report = link(rebuilt("upper", "@0.1.0", "@0.1.9"), HOST);

        assertThat(texts(report.errors()))
                .containsExactly(
                        "E0208 the edge in:output → work:input joins a producer for torvyn:streaming@0.1.0 with"
                                + " a consumer for 0.1.9: what it needs may be newer than what it gets");
        assertThat(report.errors().getFirst().help())
                .isEqualTo("rebuild `in` against torvyn:streaming@0.1.9, or `work` against 0.1.0");
    }

    @Test
    void aFunctionThatTheContractDoesNotHaveIsADifferentView() {
        LinkReport report = link(rebuilt("upper", "[method]buffer.read-all", "[method]buffer.read-alm"), HOST);

        assertThat(texts(report.errors()))
                .containsExactly("E0201 node `work`: `work.wasm` and the contract have a different view of what there"
                        + " is: the component imports torvyn:streaming/types@0.1.0#[method]buffer.read-alm, which the"
                        + " contract does not have");
        assertThat(report.errors().getFirst().notes())
                .containsExactly("it is joined by in:output → work:input, work:output → out:input");
    }

    @Test
    void aFunctionThatTheComponentLacksIsADifferentView() {
        LinkReport report = link(rebuilt("upper", "process", "protest"), HOST);

        assertThat(texts(report.errors())).anyMatch(text -> text.startsWith("E0105 node `work` is to be a processor"));
    }

    @Test
    void aFieldOfAnotherNameMakesAnotherType() {
        LinkReport report = link(rebuilt("upper", "timestamp-ns", "timestamp-ms"), HOST);

        assertThat(texts(report.errors()))
                .singleElement()
                .asString()
                .startsWith("E0201 node `work`: `work.wasm` and the contract have a different view of the type of"
                        + " torvyn:streaming/processor@0.1.0#process: ")
                .contains("timestamp-ms");
    }

    /** A memory that is larger from the start than it may ever become. */
    @Test
    void aMemoryThatBeginsAboveItsLimitIsTold() {
        LinkReport report = link(guest("stamp"), HOST, "max_memory = \"64KiB\"");

        assertThat(texts(report.errors()))
                .containsExactly(
                        "E0806 node `work`: the memory of `work.wasm` begins with 1114112 bytes, and it may have"
                                + " 65536");
        assertThat(report.errors().getFirst().help())
                .isEqualTo("write `max_memory = \"2MiB\"` for the node, or raise `runtime.max_memory_per_component`");
    }

    @Test
    void whatIsKnownOfANodeIsInTheReport() {
        Diagnostic error = Diagnostic.error(ErrorCode.IO_ERROR, "the disk is on fire", "");
        Diagnostic warning = Diagnostic.warning(ErrorCode.UNUSED_GRANT, "nobody uses it", "");
        FlowDefinition flow = withProcessor();
        Map<String, NodeFacts> facts = Map.of(
                "in", NodeFacts.of(guest("source"), "in.wasm"),
                "work", new NodeFacts(Optional.empty(), "", List.of(), List.of(error)),
                "out", new NodeFacts(Optional.of(guest("sink")), "out.wasm", List.of(), List.of(warning)));

        LinkReport report = new PipelineLinker().link(flow, facts, Map.of(), host(HOST));

        assertThat(report.errors()).containsExactly(error);
        assertThat(report.warnings()).containsExactly(warning);
        assertThat(new PipelineLinker().link(flow, facts, Map.of(), host(HOST))).isEqualTo(report);
    }

    @Test
    void aLinkedStageSaysWhatItIsMadeOf() {
        LinkedStage work = link(guest("lifecycle-log"), HOST).orThrow().stages().get(1);

        assertThat(work.artifact()).isEqualTo("work.wasm");
        assertThat(work.imports())
                .extracting(ResolvedImport::name)
                .contains("torvyn:streaming/types@0.1.0", "wasi:cli/stdout@0.2.0");
        assertThat(work.imports())
                .extracting(ResolvedImport::provider)
                .containsOnly(new ResolvedImport.Provider.Host());
    }

    @Test
    void importsThatNobodyProvidesAreNamed() {
        LinkReport report = link(guest("missing-import"), HOST);

        assertThat(texts(report.errors()))
                .containsExactly("E0200 node `work`: `work.wasm` imports acme:nowhere/thing@1.0.0,"
                        + " which the host does not provide");
        Diagnostic error = report.errors().getFirst();
        assertThat(error.notes()).containsExactly("the host provides " + TYPES + ", " + ALLOCATOR + ", WASI 0.2");
        assertThat(error.locations().getFirst().source()).isEqualTo("component = \"work.wasm\"");
        assertThat(error.keyPath()).isEqualTo("flow.main.nodes.work.component");
    }

    @Test
    void theNearestInterfaceOfTheHostIsSuggested() {
        LinkReport report =
                link(rebuilt("missing-import", "acme:nowhere/thing@1.0.0", "torvyn:stream/type@1.0.0"), HOST);

        assertThat(texts(report.errors()))
                .containsExactly("E0200 node `work`: `work.wasm` imports torvyn:stream/type@1.0.0,"
                        + " which the host does not provide");
        assertThat(report.errors().getFirst().help()).isEqualTo("did you mean `torvyn:streaming/types`?");
    }

    @Test
    void everyMissingImportOfEveryNodeIsReported() {
        LinkReport report = link(guest("missing-import"), _ -> false);

        assertThat(texts(report.errors())).hasSize(6).allMatch(text -> text.startsWith("E0200 node "));
        assertThat(report.errors())
                .allSatisfy(error -> assertThat(error.notes()).containsExactly("the host provides no interfaces"));
    }

    @Test
    void wasiOfTheNextGenerationIsNamedAsSuch() {
        LinkReport report = link(rebuilt("lifecycle-log", "@0.2.0", "@0.3.0"), HOST);

        assertThat(texts(report.errors()))
                .contains("E0200 node `work`: `work.wasm` imports wasi:cli/stdout@0.3.0,"
                        + " which belongs to WASI 0.3; the host does not provide that");
        assertThat(report.errors().getFirst().help())
                .isEqualTo("build the component for WASI 0.2, in Rust with the target wasm32-wasip2");
    }

    @Test
    void aHostWithoutWasiDoesNotClaimIt() {
        LinkReport report = link(guest("lifecycle-log"), TORVYN);

        assertThat(texts(report.errors())).hasSize(3).allMatch(text -> text.contains(" imports wasi:"));
        assertThat(report.errors().getFirst().notes()).containsExactly("the host provides " + TYPES + ", " + ALLOCATOR);
    }

    @Test
    void anotherContractVersionIsAMismatchOnBothSides() {
        LinkReport report = link(rebuilt("upper", "@0.1.0", "@0.2.0"), HOST);

        assertThat(texts(report.errors()))
                .containsExactlyInAnyOrder(
                        "E0208 node `work`: `work.wasm` imports torvyn:streaming/types@0.2.0; the host provides "
                                + TYPES,
                        "E0208 node `work`: `work.wasm` imports torvyn:streaming/buffer-allocator@0.2.0;"
                                + " the host provides " + ALLOCATOR,
                        "E0208 node `work`: `work.wasm` exports torvyn:streaming/processor@0.2.0;"
                                + " this build runs contract 0.1.0");
    }

    @Test
    void aComponentForAnotherWorldIsTold() {
        LinkReport report = link(guest("sink"), HOST);

        assertThat(texts(report.errors()))
                .containsExactly("E0105 node `work` is to be a processor, but `work.wasm` is a component for another"
                        + " world: it does not export torvyn:streaming/processor@0.1.0");
        Diagnostic error = report.errors().getFirst();
        assertThat(error.expected()).isEqualTo("torvyn:streaming/processor@0.1.0");
        assertThat(error.found()).isEqualTo("torvyn:streaming/sink@0.1.0, torvyn:streaming/lifecycle@0.1.0");
        assertThat(error.help()).isEqualTo("write `interface = \"torvyn:streaming/sink\"`, or name another component");
        assertThat(error.locations().getFirst().source()).isEqualTo("interface = \"torvyn:streaming/processor\"");
    }

    /** The eight bytes are the preamble of a component without any section. */
    @Test
    void aComponentWithoutExportsIsToldWhatToAdd() {
        LinkReport report = link(component(new byte[] {0, 'a', 's', 'm', 0x0d, 0, 1, 0}, "empty"), HOST);

        Diagnostic error = report.errors().getFirst();
        assertThat(error.found()).isEqualTo("no interface at all");
        assertThat(error.help())
                .isEqualTo("add `export torvyn:streaming/processor@0.1.0;` to the component's world and rebuild it");
    }

    @Test
    void everyNodeThatIsNotNativeHasAComponent() {
        LinkReport report = link(withProcessor(), Map.of("in", guest("source"), "out", guest("sink")), HOST);

        assertThat(texts(report.errors())).containsExactly("E0210 node `work`: the component `work.wasm` is not there");
    }

    @Test
    void nativeStagesNeedNoComponent() {
        FlowDefinition flow = flow(node("in", "native:lines", "source")
                + node("work", "work.wasm", "processor")
                + node("out", "native:printer", "sink")
                + edges("in", "work", "work", "out"));

        assertThat(link(flow, Map.of("work", guest("upper")), HOST).errors()).isEmpty();
    }

    @Test
    void aConfigurationThatNobodyReadsIsAWarning() {
        LinkReport report = link(guest("upper"), HOST, "config = \"{}\"");

        assertThat(report.errors()).isEmpty();
        assertThat(texts(report.warnings()))
                .containsExactly("E0105 node `work` has a `config`, which its component `work.wasm` never gets:"
                        + " it does not export torvyn:streaming/lifecycle");
        assertThat(link(guest("lifecycle-log"), HOST, "config = \"{}\"").warnings())
                .isEmpty();
    }

    @Test
    void findingsOfTheGraphAndOfItsComponentsComeTogether() {
        FlowDefinition flow = flow(node("in", "source.wasm", "source")
                + node("work", "work.wasm", "processor")
                + node("out", "sink.wasm", "sink")
                + edges("in", "out", "work", "out"));
        Map<String, Component> components =
                Map.of("in", guest("source"), "work", guest("missing-import"), "out", guest("upper"));

        assertThat(texts(link(flow, components, HOST).errors()))
                .extracting(text -> text.substring(0, 5))
                .containsExactly("E0207", "E0200", "E0105");
    }
}
