package io.torvyn.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torvyn.config.Manifest;
import io.torvyn.observability.FlowSnapshot;
import io.torvyn.pipeline.StandardStreams;
import io.torvyn.reactor.FlowOutcome;
import io.torvyn.reactor.FlowStatus;
import io.torvyn.security.AuditLog;
import io.torvyn.security.AuditSink;
import io.torvyn.types.CancellationReason;
import io.torvyn.types.ErrorCode;
import io.torvyn.types.FlowId;
import io.torvyn.types.FlowState;
import io.torvyn.types.ObservabilityLevel;
import io.torvyn.types.TorvynException;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(30)
class TorvynHostTest {
    private static final FlowOptions FOR_EVER = FlowOptions.NONE;

    @TempDir
    private Path directory;

    private static FlowOptions limit(long elements) {
        return new FlowOptions(FlowOverrides.NONE, OptionalLong.of(elements), Optional.empty());
    }

    private static FlowOptions timeout(Duration limit) {
        return new FlowOptions(FlowOverrides.NONE, OptionalLong.empty(), Optional.of(limit));
    }

    private Project copying(String sourceConfig) {
        return new Project(directory)
                .flow("main")
                .source("source", sourceConfig)
                .processor("copy", "")
                .sink("sink", "");
    }

    private static ErrorCode codeOf(ThrowingCallable call) {
        var codes = new ArrayList<ErrorCode>();
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        TorvynException.class, e -> codes.add(e.failure().code()));
        return codes.getFirst();
    }

    private static void awaitElements(TorvynHost host, FlowId flow) throws InterruptedException {
        while (host.flowStatus(flow).elements() == 0) {
            TimeUnit.MILLISECONDS.sleep(1);
        }
    }

    @ParameterizedTest
    @CsvSource({"hello-world, 10", "stream-transform, 12"})
    void theExamplesPrintWhatTheySay(String example, long copies) throws Exception {
        Path folder = Project.example(example);
        var out = new ByteArrayOutputStream();
        var streams = new StandardStreams(InputStream.nullInputStream(), out, OutputStream.nullOutputStream());
        try (TorvynHost host =
                TorvynHost.builder(Manifest.load(folder)).streams(streams).build()) {
            FlowId flow = host.startFlow("main");
            FlowOutcome outcome = host.await(flow);
            assertThat(out.toString(StandardCharsets.UTF_8))
                    .isEqualTo(Files.readString(folder.resolve("expected-output.txt")));
            assertThat(outcome.state()).isEqualTo(FlowState.COMPLETED);
            assertThat(outcome.reason()).isEqualTo(new CancellationReason.SourceComplete());
            assertThat(outcome.copies().copies()).isEqualTo(copies);
            assertThat(host.warnings(flow)).isEmpty();
            assertThat(host.liveBuffers()).isZero();
        }
    }

    @Test
    void linesGoThroughUnchanged() throws Exception {
        String input = "one\r\n\ntwo ERROR\n" + "x".repeat(100_000) + " ERROR\nlast ERROR";
        Project project = new Project(directory)
                .input(input)
                .flow("main")
                .source("native:stdin", "")
                .processor("identity", "")
                .sink("native:stdout", "");
        try (TorvynHost host = project.host().build()) {
            FlowOutcome outcome = host.await(host.startFlow("main"));
            assertThat(outcome.failure()).isEmpty();
            assertThat(outcome.elements()).isEqualTo(5);
            assertThat(project.out()).isEqualTo(input);
            assertThat(host.liveBuffers()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(ObservabilityLevel.class)
    void anElementIsCopiedFourTimesAtEveryLevel(ObservabilityLevel level) throws Exception {
        Project project = copying("{\"count\": 1000, \"size\": 100}");
        try (TorvynHost host = project.host().level(level).build()) {
            FlowId flow = host.startFlow("main");
            FlowOutcome outcome = host.await(flow);
            assertThat(outcome.elements()).isEqualTo(1000);
            assertThat(outcome.pulled()).isEqualTo(1000);
            assertThat(outcome.discarded()).isZero();
            assertThat(outcome.copies().copies()).isEqualTo(4000);
            assertThat(outcome.copies().bytes()).isEqualTo(400_000);

            FlowSnapshot metrics = host.metrics(flow);
            assertThat(metrics.level()).isEqualTo(level);
            assertThat(metrics.state()).isEqualTo(FlowState.COMPLETED);
            assertThat(metrics.copyCount()).isEqualTo(4000);
            assertThat(metrics.copiedBytes()).isEqualTo(400_000);
            boolean off = level == ObservabilityLevel.OFF;
            assertThat(metrics.elements()).isEqualTo(off ? 0 : 1000);
            assertThat(metrics.errors()).isZero();
            assertThat(metrics.components())
                    .extracting(FlowSnapshot.Component::name)
                    .containsExactlyInAnyOrder("source", "copy", "sink");
            for (FlowSnapshot.Component component : metrics.components()) {
                long calls = component.name().equals("source") ? 1001 : 1000;
                assertThat(component.invocations()).as(component.name()).isEqualTo(off ? 0 : calls);
                assertThat(component.errors()).isZero();
                assertMeasured(component.processingTime().count(), calls, level);
                if (!off) {
                    assertThat(component.memoryBytes()).isGreaterThanOrEqualTo(65_536);
                    assertThat(component.processingTime().max()).isPositive();
                }
            }
            assertThat(metrics.streams())
                    .extracting(FlowSnapshot.Stream::name)
                    .containsExactlyInAnyOrder("source -> copy", "copy -> sink");
            for (FlowSnapshot.Stream stream : metrics.streams()) {
                assertThat(stream.transferred()).as(stream.name()).isEqualTo(off ? 0 : 1000);
                assertThat(stream.dropped()).isZero();
                assertThat(stream.depth()).isZero();
                assertThat(stream.peakDepth()).isBetween(off ? 0L : 1L, 64L);
            }
            assertMeasured(metrics.latency().count(), 1000, level);
        }
    }

    private static void assertMeasured(long measured, long all, ObservabilityLevel level) {
        switch (level) {
            case OFF -> assertThat(measured).isZero();
            case PRODUCTION -> assertThat(measured).isPositive().isLessThan(all);
            case DIAGNOSTIC -> assertThat(measured).isEqualTo(all);
        }
    }

    @Test
    void theLevelIsSwitchedWhileAFlowRuns() throws Exception {
        try (TorvynHost host = copying("").host().level(ObservabilityLevel.OFF).build()) {
            FlowId flow = host.startFlow("main", FOR_EVER);
            awaitElements(host, flow);
            assertThat(host.metrics(flow).elements()).isZero();
            assertThat(host.metrics(flow).latency().count()).isZero();

            host.setObservabilityLevel(ObservabilityLevel.PRODUCTION);
            while (host.metrics(flow).elements() == 0
                    || host.metrics(flow).latency().count() == 0) {
                TimeUnit.MILLISECONDS.sleep(1);
            }

            host.setObservabilityLevel(ObservabilityLevel.OFF);
            TimeUnit.MILLISECONDS.sleep(50);
            FlowSnapshot before = host.metrics(flow);
            TimeUnit.MILLISECONDS.sleep(50);
            FlowSnapshot after = host.metrics(flow);
            assertThat(after.latency().count()).isEqualTo(before.latency().count());
            assertThat(after.copyCount()).isGreaterThan(before.copyCount());

            host.cancelFlow(flow, new CancellationReason.OperatorRequest("enough"));
            FlowOutcome outcome = host.await(flow);
            assertThat(outcome.copies().copies()).isGreaterThanOrEqualTo(4 * outcome.elements());
            assertThat(host.metrics(flow).copyCount())
                    .isEqualTo(outcome.copies().copies());
        }
    }

    @Test
    void tenFlowsAtOnceEachDoTheirWork() throws Exception {
        try (TorvynHost host = copying("{\"count\": 5000}").host().build()) {
            List<FlowId> flows = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                flows.add(host.startFlow("main"));
            }
            assertThat(flows).doesNotHaveDuplicates();
            assertThat(host.listFlows()).extracting(FlowStatus::flow).containsExactlyInAnyOrderElementsOf(flows);
            for (FlowId flow : flows) {
                FlowOutcome outcome = host.await(flow);
                assertThat(outcome.state()).isEqualTo(FlowState.COMPLETED);
                assertThat(outcome.elements()).isEqualTo(5000);
                assertThat(outcome.copies().copies()).isEqualTo(20_000);
                assertThat(outcome.leaked().reclaimed()).isEmpty();
            }
            assertThat(host.liveBuffers()).isZero();
        }
    }

    @Test
    void aLimitCountsWhatSourcesDeliver() throws Exception {
        try (TorvynHost host = copying("").host().build()) {
            FlowOutcome outcome = host.await(host.startFlow("main", limit(123)));
            assertThat(outcome.state()).isEqualTo(FlowState.COMPLETED);
            assertThat(outcome.reason()).isEqualTo(new CancellationReason.LimitReached(123));
            assertThat(outcome.pulled()).isEqualTo(123);
            assertThat(outcome.elements()).isEqualTo(123);
            assertThat(host.liveBuffers()).isZero();
        }
    }

    @Test
    void aTimeoutEndsAFlowWell() throws Exception {
        try (TorvynHost host = copying("").host().build()) {
            var limit = Duration.ofMillis(200);
            FlowOutcome outcome = host.await(host.startFlow("main", timeout(limit)));
            assertThat(outcome.state()).isEqualTo(FlowState.COMPLETED);
            assertThat(outcome.reason()).isEqualTo(new CancellationReason.TimeReached(limit));
            assertThat(outcome.failure()).isEmpty();
            assertThat(outcome.duration()).isGreaterThanOrEqualTo(limit);
            assertThat(outcome.pulled()).isPositive().isEqualTo(outcome.elements());
            assertThat(host.liveBuffers()).isZero();
        }
    }

    @Test
    void aTimeoutEndsAFlowThatWaitsForInput() throws Exception {
        var never = new PipedInputStream(new PipedOutputStream());
        Project project = new Project(directory)
                .input(never)
                .flow("main")
                .source("native:stdin", "")
                .sink("native:stdout", "");
        try (TorvynHost host = project.host().build()) {
            FlowOutcome outcome = host.await(host.startFlow("main", timeout(Duration.ofMillis(100))));
            assertThat(outcome.state()).isEqualTo(FlowState.COMPLETED);
            assertThat(outcome.elements()).isZero();
        }
    }

    @Test
    void aTimeoutThatIsNotReachedChangesNothing() throws Exception {
        try (TorvynHost host = copying("{\"count\": 10}").host().build()) {
            for (Duration longEnough : List.of(Duration.ofSeconds(20), Duration.ofSeconds(Long.MAX_VALUE))) {
                FlowOutcome outcome = host.await(host.startFlow("main", timeout(longEnough)));
                assertThat(outcome.reason()).isEqualTo(new CancellationReason.SourceComplete());
            }
        }
    }

    @Test
    void anotherThreadMayCancel() throws Exception {
        try (TorvynHost host = copying("").host().build()) {
            FlowId flow = host.startFlow("main");
            awaitElements(host, flow);
            var firsts = new ArrayList<Boolean>();
            Thread other = Thread.ofPlatform().start(() -> {
                firsts.add(host.cancelFlow(flow, new CancellationReason.OperatorRequest("from outside")));
                firsts.add(host.cancelFlow(flow, new CancellationReason.OperatorRequest("again")));
            });
            FlowOutcome outcome = host.await(flow);
            other.join();
            assertThat(firsts).containsExactly(true, false);
            assertThat(outcome.state()).isEqualTo(FlowState.CANCELLED);
            assertThat(outcome.reason()).isEqualTo(new CancellationReason.OperatorRequest("from outside"));
            assertThat(outcome.elements()).as("what was queued is finished").isEqualTo(outcome.pulled());
            assertThat(host.flowState(flow)).isEqualTo(FlowState.CANCELLED);
            assertThat(host.liveBuffers()).isZero();
        }
    }

    @Test
    void aFlowThatHasEndedStaysUntilItIsForgotten() throws Exception {
        try (TorvynHost host = copying("").host().build()) {
            FlowId flow = host.startFlow("main");
            assertThatThrownBy(() -> host.forget(flow))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("has not ended");
            host.cancelFlow(flow, new CancellationReason.OperatorRequest("enough"));
            host.await(flow);
            assertThat(host.listFlows()).hasSize(1);
            host.forget(flow);
            assertThat(host.listFlows()).isEmpty();
            assertThat(codeOf(() -> host.metrics(flow))).isEqualTo(ErrorCode.HOST_FLOW_NOT_FOUND);
            assertThat(codeOf(() -> host.await(flow))).isEqualTo(ErrorCode.HOST_FLOW_NOT_FOUND);
            assertThat(codeOf(() -> host.forget(flow))).isEqualTo(ErrorCode.HOST_FLOW_NOT_FOUND);
        }
    }

    @Test
    void whatCannotInitialiseLeavesNothingBehind() throws Exception {
        Project project = new Project(directory)
                .flow("main")
                .source("source", "{\"count\": 3}")
                .processor("faulty", "{\"fault\": \"invalid-input\", \"in\": \"init\", \"text\": \"not with me\"}")
                .sink("sink", "")
                .flow("good")
                .source("source", "{\"count\": 3}")
                .sink("sink", "");
        try (TorvynHost host = project.host().build()) {
            assertThatThrownBy(() -> host.startFlow("main")).isInstanceOfSatisfying(TorvynException.class, e -> {
                assertThat(e.failure()).isInstanceOf(HostFailure.FlowStartup.class);
                assertThat(e.failure().message())
                        .startsWith("flow 'main' could not start (lifecycle.init): ")
                        .contains("faulty", "not with me");
            });
            assertThat(host.liveBuffers()).isZero();
            assertThat(host.listFlows()).isEmpty();
            assertThat(codeOf(() -> host.metrics(new FlowId(1)))).isEqualTo(ErrorCode.HOST_FLOW_NOT_FOUND);
            assertThat(host.await(host.startFlow("good")).elements()).isEqualTo(3);
        }
    }

    @Test
    void aTrapEndsItsFlowAndNotTheHost() throws Exception {
        Project project = new Project(directory)
                .flow("bad")
                .source("source", "")
                .processor("faulty", "{\"fault\": \"unreachable\", \"at\": 100}")
                .sink("sink", "")
                .flow("good")
                .source("source", "{\"count\": 500}")
                .processor("copy", "")
                .sink("sink", "");
        try (TorvynHost host = project.host().build()) {
            for (int i = 0; i < 3; i++) {
                FlowId bad = host.startFlow("bad");
                FlowOutcome outcome = host.await(bad);
                assertThat(outcome.state()).isEqualTo(FlowState.FAILED);
                assertThat(outcome.failure()).hasValueSatisfying(failure -> {
                    assertThat(failure.code().id()).isEqualTo("E0804");
                    assertThat(failure.message()).contains("faulty");
                });
                assertThat(outcome.elements()).isEqualTo(99);
                assertThat(host.metrics(bad).errors()).isEqualTo(1);
                assertThat(host.liveBuffers()).isZero();

                assertThat(host.await(host.startFlow("good")).elements()).isEqualTo(500);
            }
            assertThat(host.liveBuffers()).isZero();
        }
    }

    @Test
    void standardOutputThatWasNotGrantedIsAWarning() throws Exception {
        Project project = new Project(directory)
                .flow("main")
                .source("source", "{\"count\": 3}")
                .processor("lifecycle-log", "hello")
                .sink("sink", "");
        try (TorvynHost host = project.host().build()) {
            FlowId flow = host.startFlow("main");
            assertThat(host.await(flow).state()).isEqualTo(FlowState.COMPLETED);
            assertThat(project.out()).isEmpty();
            assertThat(host.warnings(flow)).singleElement().satisfies(warning -> {
                assertThat(warning.code()).isEqualTo(ErrorCode.CAPABILITY_DENIED);
                assertThat(warning.message()).contains("lifecycle-log", "stdio:stdout");
                assertThat(warning.help()).contains("[security.grants.lifecycle-log]");
            });
        }
    }

    @Test
    void standardOutputThatWasGrantedIsPrinted() throws Exception {
        Project project = new Project(directory)
                .flow("main")
                .source("source", "{\"count\": 3}")
                .processor("lifecycle-log", "hello")
                .sink("sink", "")
                .more("[security.grants.lifecycle-log]\ncapabilities = [\"stdio:stdout\"]");
        try (TorvynHost host = project.host().build()) {
            FlowId flow = host.startFlow("main");
            host.await(flow);
            assertThat(project.out())
                    .isEqualTo("[lifecycle-log] init hello\n[lifecycle-log] teardown 1 after 3 elements\n");
            assertThat(host.warnings(flow)).isEmpty();
        }
    }

    @Test
    void whatWasUsedIsReportedAsGrantsAndAudited() throws Exception {
        Project project = new Project(directory)
                .flow("main")
                .source("source", "{\"count\": 3}")
                .processor("wasi-probe", "{\"calls\": \"stdout,stderr,wall\"}")
                .sink("sink", "")
                .more("[security.grants.wasi-probe]\n"
                        + "capabilities = [\"stdio:stdout\", \"clock:wall\", \"random:crypto\"]");
        List<String> audited = new ArrayList<>();
        AuditSink sink = event -> audited.add(event.detail().toString());
        try (TorvynHost host = project.host().audit(new AuditLog(sink)).build()) {
            FlowId flow = host.startFlow("main");
            host.await(flow);

            String toml = host.capabilities(flow).toToml();
            assertThat(toml).contains("""
                    [security.grants.wasi-probe]
                    capabilities = [
                        "clock:wall",
                        "stdio:stdout",
                    ]
                    # granted and not used: "random:crypto"
                    # tried without a grant: "stdio:stderr"
                    """);
            assertThat(audited)
                    .contains(
                            "CapabilityExercised[capability=clock:wall, detail=used for the first time]",
                            "CapabilityExercised[capability=stdio:stdout, detail=used for the first time]",
                            "CapabilityDeniedAtRuntime[capability=stdio:stderr, detail=wrote to its standard error]")
                    .filteredOn(event -> event.startsWith("CapabilityExercised"))
                    .hasSize(2);

            Manifest pasted = new Project(Files.createDirectory(directory.resolve("pasted")))
                    .flow("main")
                    .source("source", "")
                    .processor("wasi-probe", "")
                    .sink("sink", "")
                    .more(toml)
                    .manifest();
            assertThat(pasted.security().grants().get("wasi-probe").capabilities())
                    .hasSize(2);
        }
    }

    @Test
    void whatAGuestChoosesCannotWriteGrants() {
        var node = new CapabilityReport.Node(
                "a", List.of(), List.of(), List.of("network:tcp-connect:x\"\n]\u2028[security.grants.b]"));
        assertThat(new CapabilityReport("main", List.of(node)).toToml().lines())
                .noneMatch(line -> line.startsWith("]\u2028") || line.startsWith("[security.grants.b]"));
    }

    @Test
    void shuttingDownEndsWhateverRunsAndRefusesMore() throws Exception {
        TorvynHost host = copying("").host().build();
        FlowId first = host.startFlow("main");
        FlowId second = host.startFlow("main");
        awaitElements(host, first);
        var report = host.shutdown();
        assertThat(report.cancelled()).isEqualTo(2);
        assertThat(report.timedOut()).isZero();
        assertThat(host.await(first).state()).isEqualTo(FlowState.CANCELLED);
        assertThat(host.await(second).state()).isEqualTo(FlowState.CANCELLED);
        assertThat(host.liveBuffers()).isZero();
        assertThat(codeOf(() -> host.startFlow("main"))).isEqualTo(ErrorCode.CREATE_SHUTTING_DOWN);
        assertThat(host.listFlows()).hasSize(2);
        assertThat(host.liveBuffers()).isZero();
        host.close();
        host.close();

        try (TorvynHost fresh = copying("{\"count\": 10}").host().build()) {
            assertThat(fresh.await(fresh.startFlow("main")).elements()).isEqualTo(10);
        }
    }

    @Test
    void anInterruptedCloseDoesNotWait() throws Exception {
        Project project = new Project(directory)
                .flow("main")
                .source("source", "")
                .processor("slow", "{\"spin_iterations\": 100000000}")
                .sink("sink", "");
        TorvynHost host = project.host().build();
        FlowId flow = host.startFlow("main");
        long before = System.nanoTime();
        Thread.currentThread().interrupt();
        host.close();
        assertThat(Thread.interrupted()).as("the interruption is still known").isTrue();
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(2));
        assertThat(host.await(flow).state().isTerminal()).isTrue();
    }

    @Test
    void aFlowThatIsNotThereIsNamedWithThoseThatAre() {
        Project project = copying("");
        try (TorvynHost host = project.host().build()) {
            assertThatThrownBy(() -> host.startFlow("mian")).isInstanceOfSatisfying(TorvynException.class, e -> {
                assertThat(e.failure().code()).isEqualTo(ErrorCode.FLOW_NOT_DEFINED);
                assertThat(e.failure().message()).endsWith("defines no flow 'mian'; it has main");
            });
        }
    }
}
