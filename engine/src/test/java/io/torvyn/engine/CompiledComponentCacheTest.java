package io.torvyn.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torvyn.component.Component;
import io.torvyn.component.EngineException;
import io.torvyn.component.spi.CoreEngine;
import io.torvyn.component.spi.CoreModule;
import io.torvyn.component.spi.CoreTrap;
import io.torvyn.engine.CompiledComponent.Origin;
import io.torvyn.engine.ComponentInvoker.Outcome;
import io.torvyn.engine.TestFlow.Stage;
import io.torvyn.guests.Guests;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whatever happens to the folder, the answer is a working component. */
class CompiledComponentCacheTest {
    private static final byte[] CONSTANT = Guests.bytes("constant");

    @TempDir
    Path temporary;

    private Path folder;

    @BeforeEach
    void folderThatDoesNotExistYet() {
        folder = temporary.resolve("of the user").resolve("cache");
    }

    private static WasmEngine engine(CompiledComponentCache cache) {
        return new WasmEngine(TestFlow.CORE, EngineSettings.DEFAULT, cache);
    }

    /** As another process would: only the folder is known. */
    private CompiledComponent compile(byte[] wasm) {
        return engine(CompiledComponentCache.onDisk(folder)).compile(wasm, "constant");
    }

    private static void works(CompiledComponent component) {
        try (var flow = new TestFlow(CoreEngine.Strategy.OPTIMIZED)) {
            Stage stage = flow.stage(component, "constant", EngineSettings.DEFAULT.limits());
            var out = new Element();
            assertThat(stage.invoker().process(flow.element(0, "in"), out)).isEqualTo(Outcome.EMITTED);
            assertThat(TestFlow.text(flow.received(out, 0))).isEqualTo("The answer is 42.\n");
        }
    }

    private List<Path> files(String suffix) throws IOException {
        if (!Files.exists(folder)) {
            return List.of();
        }
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(file -> file.toString().endsWith(suffix)).toList();
        }
    }

    private Path entry() throws IOException {
        List<Path> entries = files(".bin");
        assertThat(entries).hasSize(1);
        return entries.getFirst();
    }

    /** What was done to the entry costs a compilation, and the next one finds a good entry again. */
    private void isCompiledAgainAndReplaced() {
        CompiledComponent again = compile(CONSTANT);
        assertThat(again.origin()).isEqualTo(Origin.COMPILED);
        works(again);
        assertThat(compile(CONSTANT).origin()).isEqualTo(Origin.DISK_CACHE);
    }

    @Test
    void theSecondCompilationIsAMemoryHit() {
        WasmEngine engine = engine(CompiledComponentCache.inMemory());
        CompiledComponent first = engine.compile(CONSTANT, "constant");
        CompiledComponent second = engine.compile(CONSTANT.clone(), "elsewhere");
        assertThat(first.origin()).isEqualTo(Origin.COMPILED);
        assertThat(second.origin()).isEqualTo(Origin.MEMORY_CACHE);
        assertThat(second.component()).isSameAs(first.component());
        assertThat(engine.compile(Guests.bytes("copy"), "copy").origin()).isEqualTo(Origin.COMPILED);
    }

    @Test
    void anotherStrategyIsAnotherComponent() {
        CompiledComponentCache cache = CompiledComponentCache.inMemory();
        engine(cache).compile(CONSTANT, "constant");
        var baseline =
                new WasmEngine(TestFlow.CORE, EngineSettings.DEFAULT.withStrategy(CoreEngine.Strategy.BASELINE), cache);
        assertThat(baseline.compile(CONSTANT, "constant").origin()).isEqualTo(Origin.COMPILED);
    }

    @Test
    void theNextProcessFindsItOnDisk() throws IOException {
        CompiledComponent first = compile(CONSTANT);
        assertThat(first.origin()).isEqualTo(Origin.COMPILED);
        String name = entry().getFileName().toString();
        assertThat(name).matches("[0-9a-f]{64}\\.bin");
        assertThat(entry().getParent().getFileName()).hasToString(name.substring(0, 2));
        assertThat(files(".new")).isEmpty();

        CompiledComponent second = compile(CONSTANT);

        assertThat(second.origin()).isEqualTo(Origin.DISK_CACHE);
        assertThat(second.type()).isEqualTo(first.type());
        works(second);
    }

    /** Tiered and optimised code are the same, so the next start has it from the first call on, whichever it asks for. */
    @Test
    @Timeout(60)
    void whatIsCompiledInTheBackgroundIsFoundByTheNextProcess() throws IOException {
        EngineSettings tiered = EngineSettings.DEFAULT.withStrategy(CoreEngine.Strategy.TIERED);
        CompiledComponent first = new WasmEngine(TestFlow.CORE, tiered, CompiledComponentCache.onDisk(folder))
                .compile(CONSTANT, "constant");
        assertThat(first.origin()).isEqualTo(Origin.COMPILED);
        works(first);
        while (files(".bin").isEmpty()) {
            Thread.onSpinWait();
        }

        assertThat(compile(CONSTANT).origin()).isEqualTo(Origin.DISK_CACHE);
        CompiledComponent second = new WasmEngine(TestFlow.CORE, tiered, CompiledComponentCache.onDisk(folder))
                .compile(CONSTANT, "constant");
        assertThat(second.origin()).isEqualTo(Origin.DISK_CACHE);
        assertThat(second.component().execution()).allMatch(CoreModule.Execution::compiled);
        works(second);
    }

    @Test
    void theFolderAndItsKeyAreTheUsersAlone() throws IOException {
        compile(CONSTANT);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
                .isEqualTo("rwx------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("key"))))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(entry())))
                .isEqualTo("rw-------");
    }

    @Test
    void anEntryIsSignedWithTheUsersKey() throws Exception {
        compile(CONSTANT);
        byte[] entry = Files.readAllBytes(entry());
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(Files.readAllBytes(folder.resolve("key")), "HmacSHA256"));
        String file = entry().getFileName().toString();
        mac.update(file.substring(0, file.length() - ".bin".length()).getBytes(StandardCharsets.UTF_8));
        mac.update(entry, 36, entry.length - 36);

        assertThat(Arrays.copyOfRange(entry, 4, 36)).isEqualTo(mac.doFinal());
    }

    @Test
    void aTornEntryIsReplaced() throws IOException {
        compile(CONSTANT);
        byte[] whole = Files.readAllBytes(entry());
        for (int length : new int[] {0, 3, 4, 36, 37, whole.length / 2, whole.length - 1}) {
            Files.write(entry(), Arrays.copyOf(whole, length));
            isCompiledAgainAndReplaced();
        }
        Files.write(entry(), new byte[] {0}, StandardOpenOption.APPEND);
        isCompiledAgainAndReplaced();
    }

    @Test
    void aFlippedBitAnywhereIsNoticed() throws IOException {
        compile(CONSTANT);
        int size = (int) Files.size(entry());
        var random = new Random(20260722);
        var places = new ArrayList<>(List.of(0, 3, 4, 20, 35, 36, size - 1));
        random.ints(25, 0, size).forEach(places::add);
        for (int place : places) {
            byte[] changed = Files.readAllBytes(entry());
            changed[place] ^= (byte) (1 << random.nextInt(8));
            Files.write(entry(), changed);
            isCompiledAgainAndReplaced();
        }
    }

    @Test
    void anEntryUnderAnothersNameIsNotTaken() throws IOException {
        compile(CONSTANT);
        Path entry = entry();
        compile(Guests.bytes("copy"));
        Path other = files(".bin").stream()
                .filter(file -> !file.equals(entry))
                .findFirst()
                .orElseThrow();
        Files.write(entry, Files.readAllBytes(other));
        isCompiledAgainAndReplaced();
    }

    @Test
    void anEntryUnderAForeignKeyIsNotTaken() throws IOException {
        compile(CONSTANT);
        Files.write(folder.resolve("key"), new byte[32]);
        isCompiledAgainAndReplaced();
    }

    @Test
    void aDamagedKeyIsReplaced() throws IOException {
        compile(CONSTANT);
        Files.write(folder.resolve("key"), new byte[5]);
        isCompiledAgainAndReplaced();
        assertThat(Files.size(folder.resolve("key"))).isEqualTo(32);
    }

    @Test
    void anotherEngineVersionFindsNothing() throws IOException {
        compile(CONSTANT);
        var updated = new WasmEngine(
                new Renamed(TestFlow.CORE, "of tomorrow"),
                EngineSettings.DEFAULT,
                CompiledComponentCache.onDisk(folder));
        CompiledComponent component = updated.compile(CONSTANT, "constant");
        assertThat(component.origin()).isEqualTo(Origin.COMPILED);
        works(component);
        assertThat(files(".bin")).hasSize(2);
        assertThat(compile(CONSTANT).origin()).isEqualTo(Origin.DISK_CACHE);
    }

    private record Renamed(CoreEngine engine, String fingerprint) implements CoreEngine {
        @Override
        public String name() {
            return engine.name();
        }

        @Override
        public CoreModule compile(byte[] wasm, Strategy strategy) {
            return engine.compile(wasm, strategy);
        }

        @Override
        public CoreModule deserialize(byte[] wasm, byte[] compiled, Strategy strategy) {
            return engine.deserialize(wasm, compiled, strategy);
        }

        @Override
        public @Nullable CoreTrap trap(Throwable thrown) {
            return engine.trap(thrown);
        }
    }

    @Test
    void aFolderThatOthersMayUseIsNotUsed() throws IOException {
        for (String permissions : List.of("rwxrwxrwx", "rwx--x---", "rwxr-xr-x", "rwx----w-")) {
            Files.createDirectories(folder);
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString(permissions));
            CompiledComponentCache cache = CompiledComponentCache.onDisk(folder);
            assertThat(cache.folder()).as(permissions).isEmpty();
            works(engine(cache).compile(CONSTANT, "constant"));
            assertThat(files(".bin")).isEmpty();
            assertThat(files("key")).isEmpty();
        }
    }

    @Test
    void aLinkToAFolderIsNotUsed() throws IOException {
        Path real = temporary.resolve("real");
        compile(CONSTANT);
        Files.move(folder, real);
        Files.createSymbolicLink(folder, real);
        assertThat(CompiledComponentCache.onDisk(folder).folder()).isEmpty();
    }

    @Test
    void aFolderThatCannotBeMadeCostsTheDiskCacheOnly() throws IOException {
        folder = Files.createFile(temporary.resolve("a file")).resolve("cache");
        CompiledComponentCache cache = CompiledComponentCache.onDisk(folder);
        assertThat(cache.folder()).isEmpty();
        works(engine(cache).compile(CONSTANT, "constant"));
    }

    @Test
    void anEntryThatCannotBeWrittenCostsTheDiskCacheOnly() throws IOException {
        compile(CONSTANT);
        Path parent = entry().getParent();
        Files.delete(entry());
        Files.delete(parent);
        Files.createFile(parent); // holds for root as well, unlike permissions
        CompiledComponent component = compile(CONSTANT);
        assertThat(component.origin()).isEqualTo(Origin.COMPILED);
        works(component);
    }

    @Test
    void nothingIsWrittenForWhatDoesNotCompile() throws IOException {
        byte[] damaged = Arrays.copyOf(CONSTANT, CONSTANT.length / 2);
        assertThatThrownBy(() -> compile(damaged))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("E0800");
        WasmEngine engine = engine(CompiledComponentCache.onDisk(folder));
        assertThatThrownBy(() -> engine.compile(new byte[0], "")).hasMessageContaining("E0800");
        assertThatThrownBy(() -> engine.compile(new byte[0], "")).hasMessageContaining("E0800");
        assertThat(files(".bin")).isEmpty();
        assertThat(files(".new")).isEmpty();
    }

    @Test
    void theOldestEntriesMakeRoom() throws IOException {
        compile(CONSTANT);
        compile(Guests.bytes("identity"));
        long both = 0;
        for (Path file : files(".bin")) {
            both += Files.size(file);
            Files.delete(file);
        }
        compile(CONSTANT);
        Path old = entry();
        Files.setLastModifiedTime(old, FileTime.from(Instant.EPOCH));

        engine(CompiledComponentCache.onDisk(folder, both - 1)).compile(Guests.bytes("identity"), "identity");

        assertThat(old).doesNotExist();
        assertThat(entry()).isNotEqualTo(old);
        assertThat(compile(CONSTANT).origin()).isEqualTo(Origin.COMPILED);
    }

    @Test
    void aHitMakesAnEntryYoung() throws IOException {
        compile(CONSTANT);
        Path entry = entry();
        Files.setLastModifiedTime(entry, FileTime.from(Instant.EPOCH));
        assertThat(compile(CONSTANT).origin()).isEqualTo(Origin.DISK_CACHE);
        assertThat(Files.getLastModifiedTime(entry)).isGreaterThan(FileTime.from(Instant.EPOCH));
    }

    /** Else each of them would have classes of its own for as long as it lives. */
    @Test
    void threadsThatCompileTheSameAtOnceHaveTheSameCode() throws Exception {
        int threads = 2;
        var barrier = new CyclicBarrier(threads);
        try (var executor = Executors.newFixedThreadPool(threads)) {
            for (int round = 0; round < 10; round++) {
                WasmEngine engine = engine(CompiledComponentCache.inMemory());
                Callable<Component> task = () -> {
                    barrier.await();
                    return engine.compile(CONSTANT, "constant").component();
                };
                List<Future<Component>> compiled = executor.invokeAll(List.of(task, task));
                assertThat(compiled.get(0).get()).isSameAs(compiled.get(1).get());
            }
        }
    }

    @Test
    void manyThreadsAndTwoCachesShareOneFolder() throws Exception {
        int threads = 6;
        var barrier = new CyclicBarrier(threads);
        try (var executor = Executors.newFixedThreadPool(threads)) {
            for (int round = 0; round < 3; round++) {
                folder = temporary.resolve("round " + round);
                var tasks = new ArrayList<Callable<CompiledComponent>>();
                var caches = new CompiledComponentCache[2];
                for (int i = 0; i < threads; i++) {
                    int n = i;
                    tasks.add(() -> {
                        barrier.await();
                        CompiledComponentCache cache;
                        synchronized (caches) {
                            cache = caches[n % 2];
                        }
                        if (cache == null) {
                            cache = CompiledComponentCache.onDisk(folder);
                            synchronized (caches) {
                                caches[n % 2] = cache;
                            }
                        }
                        engine(cache).compile(Guests.bytes("identity"), "identity");
                        return engine(cache).compile(CONSTANT, "constant");
                    });
                }
                for (Future<CompiledComponent> component : executor.invokeAll(tasks)) {
                    works(component.get());
                }
                assertThat(files(".bin")).hasSize(2);
                assertThat(files(".new")).isEmpty();
                assertThat(compile(CONSTANT).origin()).isEqualTo(Origin.DISK_CACHE);
            }
        }
    }

    /** What {@link #twoProcessesShareOneFolder} starts: compiles and runs until it has found its entries on disk. */
    static final class OtherProcess {
        private OtherProcess() {}

        public static void main(String[] arguments) {
            Path folder = Path.of(arguments[0]);
            for (int round = 0; round < 20; round++) {
                for (String guest : List.of("constant", "identity", "unversioned")) {
                    // Room for two of the three: every round evicts what the other process may be reading.
                    CompiledComponentCache cache = CompiledComponentCache.onDisk(folder, Long.parseLong(arguments[1]));
                    CompiledComponent component = engine(cache).compile(Guests.bytes(guest), guest);
                    if (guest.equals("constant")) {
                        works(component);
                    }
                }
            }
        }
    }

    @Test
    @Timeout(120)
    void twoProcessesShareOneFolder() throws Exception {
        compile(CONSTANT);
        long room = 5 * Files.size(entry()) / 2;
        List<Process> processes = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            processes.add(new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            classPath(),
                            OtherProcess.class.getName(),
                            folder.toString(),
                            String.valueOf(room))
                    .redirectErrorStream(true)
                    .start());
        }
        for (Process process : processes) {
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).as(output).isZero();
        }

        assertThat(files(".new")).isEmpty();
        for (Path file : files(".bin")) {
            assertThat(Files.size(file)).isGreaterThan(0);
        }
        works(compile(CONSTANT));
        assertThat(compile(CONSTANT).origin()).isEqualTo(Origin.DISK_CACHE);
    }

    /** Tests run on the module path; the other process takes the same folders and jars as a class path. */
    private static String classPath() {
        return Stream.of(
                        "target/test-classes",
                        System.getProperty("jdk.module.path"),
                        System.getProperty("java.class.path"))
                .filter(Objects::nonNull)
                .collect(Collectors.joining(File.pathSeparator));
    }
}
