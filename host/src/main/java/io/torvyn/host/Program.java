package io.torvyn.host;

import io.torvyn.component.CallInterruptedException;
import io.torvyn.component.Component;
import io.torvyn.component.ComponentExport;
import io.torvyn.component.ComponentImport;
import io.torvyn.component.ExportedFunction;
import io.torvyn.component.Imports;
import io.torvyn.component.Instance;
import io.torvyn.component.InstanceOptions;
import io.torvyn.component.Value;
import io.torvyn.component.spi.CoreLimits;
import io.torvyn.engine.WasmEngine;
import io.torvyn.pipeline.StandardStreams;
import io.torvyn.security.GrantedCapabilities;
import io.torvyn.types.Diagnostic;
import io.torvyn.types.ErrorCode;
import io.torvyn.types.Failure;
import io.torvyn.types.TorvynException;
import io.torvyn.wasi.DenialListener;
import io.torvyn.wasi.DirectoryGrant;
import io.torvyn.wasi.ProgramExit;
import io.torvyn.wasi.SystemError;
import io.torvyn.wasi.Wasi;
import io.torvyn.wasi.WasiGrants;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A lone command component, one that exports {@code wasi:cli/run}, as {@code torvyn exec} runs it: on the caller's
 * thread, once. Only {@link #stop} may be called from another one.
 */
public final class Program {
    private static final String RUN = "wasi:cli/run@0.2.0";
    /** Some of the programs of Go and Python have more than a stage may. */
    private static final int MAX_TABLE_ELEMENTS = 1 << 20;

    private static final String TIMEOUT = "`--timeout`";

    private final Component component;
    private final String name;
    private @Nullable Instance instance;
    private @Nullable Thread thread;
    private boolean stopped;

    private Program(Component component, String name) {
        this.component = component;
        this.name = name;
    }

    /**
     * What a program is started with.
     *
     * @param arguments its command line, behind its own name
     * @param environment the variables that it sees, in addition to those that {@code capabilities} grant
     * @param directories the same of directories
     * @param capabilities what it may do beyond that
     * @param terminal whether the standard streams are a terminal
     * @param timeout how long it may take; empty: as long as it likes
     * @param fuel units of its code that it may take; empty: without limit. Needs a program that was loaded metered
     * @param maxMemory of each of its linear memories, in bytes
     */
    public record Start(
            List<String> arguments,
            Map<String, String> environment,
            List<DirectoryGrant> directories,
            GrantedCapabilities capabilities,
            StandardStreams streams,
            boolean terminal,
            Optional<Duration> timeout,
            OptionalLong fuel,
            long maxMemory) {}

    /** How a program ended. */
    public sealed interface Ending {
        /**
         * By its own will.
         *
         * @param code from 0 to 255
         */
        record Exited(int code) implements Ending {}

        /** By a trap, or a limit. */
        record Failed(Failure failure) implements Ending {}

        /** {@link #stop} was called. */
        record Stopped() implements Ending {}

        /** It wrote to a pipe that nobody reads any more. */
        record ReaderGone() implements Ending {}
    }

    /**
     * Reads and compiles a component, or takes it from the engine's cache.
     *
     * @param metered whether its code is to count what it executes
     * @throws TorvynException E0001 when the file cannot be read, E0800 when it is too large or no component that can be run, E0808
     *     when it is none that is a command, E0803 when it wants of WASI what is not there
     */
    public static Program load(WasmEngine engine, Path file, boolean metered) {
        byte[] wasm = Component.bytes(file);
        String source = file.toString();
        Component component =
                (metered ? engine.compileMetered(wasm, source) : engine.compile(wasm, source)).component();
        checkCommand(component, source);
        checkImports(component, source);
        return new Program(component, file.getFileName().toString());
    }

    private static void checkCommand(Component component, String source) {
        List<String> exports =
                component.exports().stream().map(ComponentExport::name).toList();
        if (exports.stream().noneMatch(export -> export.startsWith("wasi:cli/run@0.2."))) {
            throw new TorvynException(Diagnostic.error(
                    ErrorCode.EXPORT_NOT_FOUND,
                    "%s is not a command: it exports %s, and no wasi:cli/run of WASI 0.2"
                            .formatted(source, exports.isEmpty() ? "nothing" : String.join(", ", exports)),
                    "A stage of a flow runs with `torvyn run`; a program is built for example with"
                            + " `cargo build --target wasm32-wasip2`."));
        }
    }

    private static void checkImports(Component component, String source) {
        List<String> unknown = component.imports().stream()
                .map(ComponentImport::name)
                .filter(wanted -> !Wasi.provides(wanted))
                .toList();
        if (!unknown.isEmpty()) {
            boolean later = unknown.stream().anyMatch(wanted -> wanted.startsWith("wasi:") && wanted.contains("@0.3."));
            throw new TorvynException(Diagnostic.error(
                    ErrorCode.ENGINE_UNRESOLVED_IMPORT,
                    "%s imports %s, which is not there: a program gets WASI 0.2, and nothing else"
                            .formatted(source, String.join(", ", unknown)),
                    later
                            ? "Build it for WASI 0.2; WASI 0.3 is not supported."
                            : "Build it without that import, or run it as a stage of a flow."));
        }
    }

    /**
     * Runs the program to its end.
     *
     * @param denials hears of what it tried without a grant
     * @throws TorvynException E0810 when a directory cannot be opened
     */
    public Ending run(Start start, DenialListener denials) {
        var stdout = new PipeOutput(start.streams().out());
        var streams = new StandardStreams(
                start.streams().in(), stdout, start.streams().err());
        var imports = new Imports();
        Wasi.addTo(imports, component, grants(start, streams), denials);
        var limits = new CoreLimits(start.maxMemory(), MAX_TABLE_ELEMENTS);
        var options = new InstanceOptions(
                "'" + name + "'",
                limits,
                start.fuel(),
                start.timeout().map(time -> new InstanceOptions.StartLimit(time, TIMEOUT)));
        try (Instance made = component.instantiate(imports, options)) {
            Optional<Thread> clock = start.timeout().map(time -> Thread.ofPlatform()
                    .daemon()
                    .name("torvyn-exec-timeout")
                    .start(() -> endAfter(time, made)));
            try {
                begin(made);
                return new Ending.Exited(call(made) ? 0 : 1);
            } finally {
                end();
                clock.ifPresent(Thread::interrupt);
            }
        } catch (TorvynException e) {
            var code = ProgramExit.codeOf(e);
            if (code.isPresent()) {
                return new Ending.Exited(code.getAsInt());
            }
            if (stdout.isReaderGone()) {
                return new Ending.ReaderGone();
            }
            return isStopped() ? new Ending.Stopped() : new Ending.Failed(e.failure());
        }
    }

    private WasiGrants grants(Start start, StandardStreams streams) {
        WasiGrants granted = Grants.wasi(start.capabilities(), streams);
        Map<String, String> environment = new TreeMap<>(granted.environment());
        environment.putAll(start.environment());
        List<String> arguments = new ArrayList<>();
        arguments.add(name);
        arguments.addAll(start.arguments());
        List<DirectoryGrant> directories = new ArrayList<>(start.directories());
        directories.addAll(granted.directories());
        return granted.withDirectories(directories).withCommandLine(environment, arguments, start.terminal());
    }

    /** Whether the program says that it went well. */
    private static boolean call(Instance made) {
        ExportedFunction run = made.exportedInstance(RUN)
                .flatMap(exported -> exported.function("run"))
                .orElseThrow(() -> new TorvynException(Diagnostic.error(
                        ErrorCode.EXPORT_NOT_FOUND, "wasi:cli/run has no function run", "Build the component again.")));
        return run.call(List.of()).orElseThrow() instanceof Value.ResultValue(boolean isOk, var _) && isOk;
    }

    private void endAfter(Duration time, Instance made) {
        try {
            Thread.sleep(time);
            interrupt(() -> made.timingOut(time, TIMEOUT));
        } catch (InterruptedException e) {
            // the program has ended before
        }
    }

    private synchronized void begin(Instance made) {
        instance = made;
        thread = Thread.currentThread();
        if (stopped) {
            interrupt(made::cancel);
        }
    }

    private synchronized void end() {
        instance = null;
        thread = null;
        Thread.interrupted(); // it was for a call that has ended
    }

    private synchronized void interrupt(Runnable why) {
        if (thread != null) {
            why.run();
            thread.interrupt();
        }
    }

    /** Ends a run that is under way, or is about to begin; from any thread. */
    public synchronized void stop() {
        stopped = true;
        Instance running = instance;
        if (running != null) {
            interrupt(running::cancel);
        }
    }

    private synchronized boolean isStopped() {
        return stopped;
    }

    /** Standard output; ends the program at once when nobody reads any more what it writes. */
    private static final class PipeOutput extends OutputStream {
        private final OutputStream out;
        private boolean readerGone;

        PipeOutput(OutputStream out) {
            this.out = out;
        }

        boolean isReaderGone() {
            return readerGone;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            try {
                out.write(bytes, offset, length);
            } catch (IOException e) {
                if (SystemError.isBrokenPipe(e)) {
                    readerGone = true;
                    throw new CallInterruptedException();
                }
                throw e;
            }
        }

        @Override
        public void flush() throws IOException {
            out.flush();
        }
    }
}
