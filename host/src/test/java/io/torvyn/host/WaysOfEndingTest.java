package io.torvyn.host;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.HotSpotDiagnosticMXBean;
import io.torvyn.reactor.FlowOutcome;
import io.torvyn.types.CancellationReason;
import io.torvyn.types.Failure;
import io.torvyn.types.FlowId;
import io.torvyn.types.FlowState;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.management.ManagementFactory;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * No way of ending leaves a thread, a file or a buffer.
 *
 * <p>The flow reads a file through a component and writes one natively, so both are open while it runs. Threads are taken
 * from a thread dump, which has the virtual ones.
 */
@EnabledOnOs(OS.LINUX)
@Timeout(60)
class WaysOfEndingTest {
    /** Sparse, and more than any flow here gets through. */
    private static final long ENDLESS = 1L << 32;

    private static final String SHORT_TIMES =
            "timeouts = { cooperative_cancel_timeout = \"50ms\", drain_timeout = \"300ms\" }";

    @TempDir
    private Path directory;

    private enum Interference {
        NONE,
        /** As soon as the processor has been called for the element where its fault is. */
        CANCEL,
        SHUTDOWN
    }

    /**
     * @param elements in the file
     * @param fault of the processor's third element
     */
    private record Way(
            String name,
            long elements,
            String fault,
            String settings,
            FlowOptions options,
            Interference interference,
            FlowState state,
            String code) {
        private Way(String name, long elements, String fault, FlowState state, String code) {
            this(name, elements, fault, "", FlowOptions.NONE, Interference.NONE, state, code);
        }

        Way set(String more) {
            return new Way(name, elements, fault, more, options, interference, state, code);
        }

        Way with(OptionalLong limit, Optional<Duration> timeout) {
            var changed = new FlowOptions(FlowOverrides.NONE, limit, timeout);
            return new Way(name, elements, fault, settings, changed, interference, state, code);
        }

        Way when(Interference other) {
            return new Way(name, elements, fault, settings, options, other, state, code);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Way> ways() {
        return Stream.of(
                new Way("the source ends", 20, "", FlowState.COMPLETED, ""),
                new Way("a limit is reached", ENDLESS, "", FlowState.COMPLETED, "")
                        .with(OptionalLong.of(5), Optional.empty()),
                new Way("its time is over", ENDLESS, "", FlowState.COMPLETED, "")
                        .with(OptionalLong.empty(), Optional.of(Duration.ofMillis(50))),
                new Way("cancelled while it works", ENDLESS, "", FlowState.CANCELLED, "").when(Interference.CANCEL),
                new Way("cancelled in a busy loop", ENDLESS, "spin", FlowState.CANCELLED, "").when(Interference.CANCEL),
                new Way("cancelled in a loop of host calls", ENDLESS, "spin-calling", FlowState.CANCELLED, "")
                        .when(Interference.CANCEL),
                new Way("cancelled in a backoff", ENDLESS, "unavailable", FlowState.CANCELLED, "")
                        .set("error_policy = { kind = \"retry\", max_retries = 9, backoff = \"1h\" }")
                        .when(Interference.CANCEL),
                new Way("cancelled before a restart", ENDLESS, "unreachable", FlowState.CANCELLED, "")
                        .set("restart = { max = 1000, window = \"1h\" }")
                        .when(Interference.CANCEL),
                new Way("the host shuts down", ENDLESS, "", FlowState.CANCELLED, "").when(Interference.SHUTDOWN),
                new Way("the host shuts down in a busy loop", ENDLESS, "spin", FlowState.CANCELLED, "")
                        .when(Interference.SHUTDOWN),
                new Way("a trap", 20, "unreachable", FlowState.FAILED, "E0804"),
                new Way("a borrow that is kept", 20, "keep-borrow", FlowState.FAILED, "E0804"),
                new Way("recursion", 20, "recurse", FlowState.FAILED, "E0812"),
                new Way("no more fuel", 20, "spin", FlowState.FAILED, "E0805").set("fuel_budget = 1000000"),
                new Way("a call that takes too long", 20, "spin", FlowState.FAILED, "E0811").set("timeout_ms = 100"),
                new Way("fatal", 20, "fatal", FlowState.FAILED, "E0420"),
                new Way("an error", 20, "internal", FlowState.FAILED, "E0420"),
                new Way(
                                "retries that are used up",
                                20,
                                "unavailable\", \"times\": 9, \"text\": \"busy",
                                FlowState.FAILED,
                                "E0426")
                        .set("error_policy = { kind = \"retry\", max_retries = 2, backoff = \"1ms\" }"),
                new Way("draining takes too long", ENDLESS, "spin", FlowState.FAILED, "E0424")
                        .with(OptionalLong.of(3), Optional.empty()),
                new Way("a restart", 20, "unreachable", FlowState.COMPLETED, "")
                        .set("restart = { max = 10, window = \"1h\" }"),
                new Way("more restarts than there may be", 20, "unreachable", FlowState.FAILED, "E0804")
                        .set("restart = { max = 2, window = \"1h\" }"),
                new Way("a teardown that traps", 20, "unreachable\", \"in\": \"teardown", FlowState.COMPLETED, ""),
                new Way("a teardown that never returns", 20, "spin\", \"in\": \"teardown", FlowState.COMPLETED, ""));
    }

    private Project project(Way way) throws IOException {
        try (var file = new RandomAccessFile(directory.resolve("in.bin").toFile(), "rw")) {
            file.setLength(way.elements() == ENDLESS ? ENDLESS : way.elements() * 4096);
        }
        String config = way.fault().isEmpty()
                ? "{\"fault\": \"fatal\", \"at\": 1000000000}"
                : "{\"fault\": \"%s\", \"at\": 3}".formatted(way.fault());
        return new Project(directory)
                .flow("main", SHORT_TIMES)
                .source("file-source", "in.bin")
                .processor("faulty", config)
                .more(way.settings())
                .sink("native:file", "{\"path\": \"out.bin\"}")
                .more("""

                        [security.grants.source]
                        capabilities = ["filesystem:read:%s"]

                        [runtime]
                        component_teardown_timeout_ms = 100
                        component_init_timeout_ms = 3000
                        """.formatted(directory));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("ways")
    void nothingIsLeft(Way way) throws Exception {
        try (TorvynHost host = project(way)
                .host()
                .logger(new KeptLog(System.Logger.Level.ERROR, new ArrayList<>()))
                .build()) {
            FlowId id = host.startFlow("main", way.options());
            switch (way.interference()) {
                case NONE -> {}
                case CANCEL -> {
                    awaitThirdCall(host, id);
                    host.cancelFlow(id, new CancellationReason.OperatorRequest("enough"));
                }
                case SHUTDOWN -> {
                    awaitThirdCall(host, id);
                    assertThat(openFiles()).isNotEmpty();
                    assertThat(threads()).contains("main", "torvyn-watchdog");
                    assertThat(host.shutdown().timedOut()).isZero();
                }
            }
            FlowOutcome outcome = host.await(id);

            assertThat(outcome.state()).isEqualTo(way.state());
            assertThat(outcome.failure()
                            .map(Failure::code)
                            .map(code -> code.id())
                            .orElse(""))
                    .isEqualTo(way.code());
            assertThat(outcome.pulled()).isEqualTo(outcome.elements() + outcome.lost() + outcome.discarded());
            assertThat(outcome.leaked().reclaimed()).isEmpty();
            assertThat(host.liveBuffers()).isZero();
        }
        nothingIsOpenOrAlive();
    }

    private static void awaitThirdCall(TorvynHost host, FlowId id) {
        while (host.flowStatus(id).stages().get(1).invocations() < 3) {
            Thread.onSpinWait();
        }
    }

    /** A thread says that its flow has ended shortly before it ends itself. */
    private void nothingIsOpenOrAlive() throws IOException {
        assertThat(openFiles()).isEmpty();
        List<String> alive = threads();
        while (!alive.isEmpty()) { // until the test's time is over
            alive = threads();
        }
    }

    @Test
    void norIsAnythingOfAFlowThatIsGivenUpInAnInitThatNeverReturns() throws Exception {
        Project project = project(new Way("", 20, "spin\", \"in\": \"init", FlowState.CANCELLED, ""));
        try (TorvynHost host = project.host()
                .logger(new KeptLog(System.Logger.Level.ERROR, new ArrayList<>()))
                .build()) {
            var thrown = new CompletableFuture<Throwable>();
            Thread starter = Thread.ofPlatform().start(() -> {
                try {
                    host.startFlow("main");
                } catch (Throwable t) {
                    thrown.complete(t);
                }
            });
            while (!threads().contains("main")) {
                Thread.onSpinWait();
            }
            starter.interrupt();
            assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
            starter.join();
            assertThat(host.shutdown().timedOut()).isZero();
            assertThat(host.liveBuffers()).isZero();
        }
        nothingIsOpenOrAlive();
    }

    @Test
    void norIsAnythingOfAFlowWhoseInitFails() throws Exception {
        Project project = project(new Way("", 20, "internal\", \"in\": \"init", FlowState.FAILED, ""));
        try (TorvynHost host = project.host()
                .logger(new KeptLog(System.Logger.Level.ERROR, new ArrayList<>()))
                .build()) {
            assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> host.startFlow("main")))
                    .hasMessageContaining("lifecycle.init");
            assertThat(host.liveBuffers()).isZero();
        }
        nothingIsOpenOrAlive();
    }

    /** Of this process, in the directory of the test. */
    private List<String> openFiles() throws IOException {
        List<String> open = new ArrayList<>();
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (Path descriptor : descriptors) {
                try {
                    Path file = Files.readSymbolicLink(descriptor);
                    if (file.startsWith(directory)) {
                        open.add(file.toString());
                    }
                } catch (NoSuchFileException e) {
                    // closed meanwhile
                }
            }
        }
        return open;
    }

    /** The virtual ones, and the platform threads of ours; those of the compiler and of other tests' input are no flow's. */
    private List<String> threads() throws IOException {
        Path dump = directory.resolve("threads.json").toAbsolutePath();
        Files.deleteIfExists(dump);
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                .dumpThreads(dump.toString(), HotSpotDiagnosticMXBean.ThreadDumpFormat.JSON);
        List<String> names = new ArrayList<>();
        for (JsonNode container : JsonMapper.shared()
                .readTree(Files.readString(dump))
                .path("threadDump")
                .path("threadContainers")) {
            for (JsonNode thread : container.path("threads")) {
                String name = thread.path("name").asString();
                if (thread.has("virtual") || name.equals("torvyn-watchdog") || name.startsWith("torvyn-read")) {
                    names.add(name);
                }
            }
        }
        return names;
    }
}
