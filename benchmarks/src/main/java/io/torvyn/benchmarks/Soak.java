package io.torvyn.benchmarks;

import io.torvyn.engine.CompiledComponentCache;
import io.torvyn.engine.EngineSettings;
import io.torvyn.engine.WasmEngine;
import io.torvyn.host.FlowBuilder;
import io.torvyn.host.Program;
import io.torvyn.host.RunningFlow;
import io.torvyn.host.TorvynHost;
import io.torvyn.pipeline.StandardStreams;
import io.torvyn.reactor.FlowOutcome;
import io.torvyn.security.Capability;
import io.torvyn.security.GrantedCapabilities;
import io.torvyn.types.FlowState;
import io.torvyn.wasi.DirectoryGrant;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * Runs real components at full speed for a time, and fails when anything that a process can run out of grows: the heap
 * after a collection, classes, native memory, threads, open files, buffers that some flow holds.
 *
 * <p>One flow runs from the beginning to the end. Beside it others come and go, in rounds of all kinds: some that move
 * many elements, some that trap or are cancelled, components that read and write files, programs with files and sockets.
 * After each, it is checked that nothing was lost. Its arguments are the folder of the guests and the seconds.
 */
public final class Soak {
    private static final int SAMPLES = 16;
    private static final int ELEMENTS = 5_000;

    /** What is looked at while no flow runs but the one that lasts. */
    private record Sample(
            long elements,
            long flows,
            long heap,
            long classes,
            long resident,
            long threads,
            long files,
            long buffers) {}

    /** Something that a process can run out of. */
    private enum Gauge {
        HEAP("heap after a collection", 1 << 20),
        CLASSES("metaspace", 1 << 20),
        RESIDENT("native memory", 24 << 20),
        THREADS("threads", 2),
        FILES("open files", 2),
        BUFFERS("live buffers", 0);

        private final String text;
        /** More than that is growth. */
        private final long tolerance;

        Gauge(String text, long tolerance) {
            this.text = text;
            this.tolerance = tolerance;
        }

        long of(Sample sample) {
            return switch (this) {
                case HEAP -> sample.heap;
                case CLASSES -> sample.classes;
                case RESIDENT -> sample.resident;
                case THREADS -> sample.threads;
                case FILES -> sample.files;
                case BUFFERS -> sample.buffers;
            };
        }

        String show(long value) {
            return tolerance < 1 << 20 ? String.valueOf(value) : "%.1f MiB".formatted(value / 1048576.0);
        }
    }

    /** One run of something, to its end. */
    private interface Load {
        void run() throws IOException, InterruptedException;
    }

    private final Path guests;
    private final Path folder;
    private final TorvynHost host = TorvynHost.create();
    private final WasmEngine engine = WasmEngine.create(EngineSettings.DEFAULT, CompiledComponentCache.inMemory());
    private final ServerSocket server = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    private final AtomicLong elements = new AtomicLong();
    private final AtomicLong flows = new AtomicLong();

    private Soak(Path guests, Path folder) throws IOException {
        this.guests = guests;
        this.folder = folder;
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        Duration time = Duration.ofSeconds(Long.parseLong(arguments[1]));
        Path folder = Files.createTempDirectory("torvyn-soak");
        Files.writeString(Files.createDirectory(folder.resolve("from")).resolve("in.txt"), "0123456789".repeat(5000));
        Files.createDirectory(folder.resolve("to"));
        boolean flat;
        try {
            flat = new Soak(Path.of(arguments[0]), folder).run(time);
        } finally {
            delete(folder);
        }
        System.exit(flat ? 0 : 1);
    }

    private static void delete(Path folder) throws IOException {
        List<Path> found;
        try (Stream<Path> all = Files.walk(folder)) {
            found = new ArrayList<>(all.toList());
        }
        for (Path each : found.reversed()) {
            Files.delete(each);
        }
    }

    private boolean run(Duration time) throws IOException, InterruptedException {
        Thread.ofVirtual().start(this::echo);
        List<Sample> samples = new ArrayList<>();
        System.out.println(
                "|     s | elements/s | flows/s | heap, MiB | metaspace | resident | threads | files | buffers |");
        System.out.println("|---:|---:|---:|---:|---:|---:|---:|---:|---:|");
        long begun = System.nanoTime();
        try (TorvynHost lasting = TorvynHost.create();
                RunningFlow flow = lasting.start(chain("lasting", "upper", ""))) {
            Sample last = sample(flow);
            long at = System.nanoTime();
            for (int i = 1; i <= SAMPLES; i++) {
                long end = begun + time.toNanos() / SAMPLES * i;
                do {
                    round();
                } while (System.nanoTime() < end);
                Sample sample = sample(flow);
                print(sample, last, System.nanoTime() - begun, System.nanoTime() - at);
                samples.add(sample);
                last = sample;
                at = System.nanoTime();
            }
            require(flow.state() == FlowState.RUNNING, "the flow that lasts has ended", flow.state());
            flow.cancel("the time is over");
            FlowOutcome outcome = flow.await();
            require(outcome.failure().isEmpty() && kept(outcome), "the flow that lasts lost something", outcome);
        } finally {
            host.close();
            server.close();
        }
        require(host.liveBuffers() == 0, "buffers are held when all has ended", host.liveBuffers());
        return verdict(samples);
    }

    /** All kinds of load side by side. */
    private void round() throws InterruptedException {
        List<Load> loads = List.of(
                () -> completes(chain("upper", "upper", "").limit(ELEMENTS), ELEMENTS),
                () -> completes(chain("filter", "every-nth", "{\"n\": 3}").limit(ELEMENTS), ELEMENTS),
                () -> completes(chain("batch", "batch", "{\"size\": 7}").limit(ELEMENTS), -1),
                () -> completes(fanOut().limit(ELEMENTS), 2L * ELEMENTS),
                this::traps,
                this::isCancelled,
                () -> completes(files(), -1),
                () -> program("files", "each", "write", "/to/p", "text", "+", "cat", "/to/p", "+", "walk", "/to"),
                () -> program("net", "echo-client", "127.0.0.1:" + server.getLocalPort(), "hello"));
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> running = new ArrayList<>();
            for (Load load : loads) {
                running.add(threads.submit(() -> {
                    load.run();
                    return flows.incrementAndGet();
                }));
            }
            for (Future<?> each : running) {
                each.get();
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("a flow went wrong", e.getCause());
        }
    }

    private Path guest(String name) {
        return guests.resolve(name + ".wasm");
    }

    private FlowBuilder chain(String name, String middle, String config) {
        return FlowBuilder.named(name)
                .component("source", guest("source"), node -> node.config("{\"size\": 256}"))
                .component("middle", guest(middle), node -> node.config(config))
                .component("sink", guest("sink"));
    }

    private FlowBuilder fanOut() {
        return FlowBuilder.named("fan-out")
                .component("source", guest("source"), node -> node.config("{\"size\": 256}"))
                .component("router", guest("signpost"), node -> node.config("a b"))
                .component("one", guest("sink"))
                .component("two", guest("sink"))
                .edge("source", "router")
                .edge("router:a", "one")
                .edge("router:b", "two");
    }

    private FlowBuilder files() {
        return FlowBuilder.named("files")
                .component("source", guest("file-source"), node -> node.config("in.txt")
                        .grant("filesystem:read:" + folder.resolve("from")))
                .component("copy", guest("copy"))
                .component("sink", guest("file-sink"), node -> node.config("out.txt")
                        .grant("filesystem:write:" + folder.resolve("to")));
    }

    /** @param wanted elements that have to come to their end; negative: as many as there are */
    private void completes(FlowBuilder builder, long wanted) throws InterruptedException {
        try (RunningFlow flow = host.start(builder)) {
            FlowOutcome outcome = flow.await();
            require(outcome.state() == FlowState.COMPLETED, "it should have completed", outcome);
            require(wanted < 0 || outcome.elements() == wanted, wanted + " elements should have arrived", outcome);
            settle(outcome);
        }
    }

    private void traps() throws InterruptedException {
        FlowBuilder faulty = chain("traps", "faulty", "{\"fault\": \"unreachable\", \"at\": 100}");
        try (RunningFlow flow = host.start(faulty)) {
            FlowOutcome outcome = flow.await();
            require(outcome.state() == FlowState.FAILED && kept(outcome), "it should have failed", outcome);
            settle(outcome);
        }
    }

    private void isCancelled() throws InterruptedException {
        try (RunningFlow flow = host.start(chain("cancelled", "copy", ""))) {
            while (flow.status().elements() == 0) {
                Thread.sleep(1);
            }
            flow.cancel("it has done something");
            FlowOutcome outcome = flow.await();
            require(outcome.failure().isEmpty() && kept(outcome), "it should have been cancelled", outcome);
            settle(outcome);
        }
    }

    /** Nothing else happens to an element of such a flow. */
    private static boolean kept(FlowOutcome outcome) {
        return outcome.pulled() == outcome.elements() + outcome.discarded();
    }

    private void settle(FlowOutcome outcome) {
        require(outcome.leaked().reclaimed().isEmpty(), "buffers were still held", outcome);
        elements.addAndGet(outcome.elements());
    }

    private void program(String name, String... arguments) {
        var start = new Program.Start(
                List.of(arguments),
                Map.of(),
                List.of(new DirectoryGrant(folder.resolve("to").toString(), "/to", true, true)),
                GrantedCapabilities.of(
                        Stream.of("stdio:stdout", "clock:monotonic", "random:insecure", "network:tcp-connect")
                                .flatMap(text -> Capability.parseGrant(text).stream())
                                .toList()),
                new StandardStreams(
                        InputStream.nullInputStream(),
                        OutputStream.nullOutputStream(),
                        OutputStream.nullOutputStream()),
                false,
                Optional.empty(),
                OptionalLong.empty(),
                1 << 26);
        Program.Ending ending = Program.load(engine, guest(name), false).run(start, (_, _) -> {});
        require(ending.equals(new Program.Ending.Exited(0)), name + " should have ended well", ending);
    }

    private void echo() {
        try {
            while (true) {
                try (Socket socket = server.accept()) {
                    socket.getInputStream().transferTo(socket.getOutputStream());
                }
            }
        } catch (IOException e) {
            // The time is over.
        }
    }

    private Sample sample(RunningFlow lasting) throws IOException, InterruptedException {
        for (int i = 0; i < 3; i++) { // what a collection has found to be unused is let go of by the next
            System.gc();
            Thread.sleep(20);
        }
        long metaspace = ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getName().equals("Metaspace"))
                .mapToLong(Soak::used)
                .sum();
        long files;
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            files = open.count();
        }
        return new Sample(
                elements.get() + lasting.status().elements(),
                flows.get(),
                ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(),
                metaspace,
                resident(),
                ManagementFactory.getThreadMXBean().getThreadCount(),
                files,
                host.liveBuffers());
    }

    private static long used(MemoryPoolMXBean pool) {
        return pool.getUsage().getUsed();
    }

    private static long resident() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) << 10)
                .findFirst()
                .orElseThrow();
    }

    private static void print(Sample sample, Sample last, long sinceBegin, long sinceLast) {
        double seconds = sinceLast / 1e9;
        System.out.printf(
                Locale.ROOT,
                "| %.0f | %.0f | %.1f | %.1f | %.1f | %.1f | %d | %d | %d |%n",
                sinceBegin / 1e9,
                (sample.elements - last.elements) / seconds,
                (sample.flows - last.flows) / seconds,
                sample.heap / 1048576.0,
                sample.classes / 1048576.0,
                sample.resident / 1048576.0,
                sample.threads,
                sample.files,
                sample.buffers);
    }

    /** Compares the last quarter of the samples with the second: in the first one everything is still loaded and compiled. */
    private static boolean verdict(List<Sample> samples) {
        List<Sample> early = samples.subList(SAMPLES / 4, SAMPLES / 2);
        List<Sample> late = samples.subList(SAMPLES * 3 / 4, SAMPLES);
        boolean flat = true;
        var line = new StringBuilder("memory:");
        for (Gauge gauge : Gauge.values()) {
            long before = early.stream().mapToLong(gauge::of).max().orElseThrow();
            long after = late.stream().mapToLong(gauge::of).min().orElseThrow();
            boolean grows = after > before + gauge.tolerance;
            flat &= !grows;
            line.append(" %s %s -> %s%s;"
                    .formatted(gauge.text, gauge.show(before), gauge.show(after), grows ? " GROWS" : ""));
        }
        Sample last = samples.getLast();
        System.out.printf(Locale.ROOT, "%n%s %d flows, %d elements%n", line, last.flows, last.elements);
        return flat;
    }

    private static void require(boolean holds, String otherwise, Object found) {
        if (!holds) {
            throw new IllegalStateException(otherwise + ": " + found);
        }
    }
}
