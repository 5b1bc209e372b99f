package io.torvyn.cli;

import io.torvyn.cli.Syntax.Flag;
import io.torvyn.cli.Syntax.Value;
import io.torvyn.cli.Syntax.Words;
import io.torvyn.config.Quantities;
import io.torvyn.engine.CompiledComponentCache;
import io.torvyn.engine.EngineSettings;
import io.torvyn.engine.WasmEngine;
import io.torvyn.host.Program;
import io.torvyn.pipeline.StandardStreams;
import io.torvyn.security.Capability;
import io.torvyn.security.CapabilityKind;
import io.torvyn.security.CapabilityScope;
import io.torvyn.security.GrantedCapabilities;
import io.torvyn.wasi.DirectoryGrant;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import picocli.CommandLine.Model.OptionSpec;

/** {@code torvyn exec}. */
final class ExecCommand extends TorvynCommand {
    private static final List<CapabilityKind> EXPECTED = List.of(
            CapabilityKind.STDIN,
            CapabilityKind.STDOUT,
            CapabilityKind.STDERR,
            CapabilityKind.WALL_CLOCK,
            CapabilityKind.MONOTONIC_CLOCK,
            CapabilityKind.CRYPTO_RANDOM,
            CapabilityKind.INSECURE_RANDOM);

    private static final long DEFAULT_MAX_MEMORY = 1L << 30;

    private final Value<Path> component = syntax.neededArgument(Path.class, "COMPONENT", "The program's file.");

    private final Words arguments = syntax.arguments("ARGS", "The program's arguments.");

    private final Words grants = syntax.options(
            "--grant", "CAPABILITY", "What it may do, as in a manifest: filesystem:read:/data, environment:read:LANG.");

    private final Flag only = syntax.flag(
            "--only", "Grants nothing but what --grant, --env and --dir say: not even the standard streams.");

    private final Words environment = syntax.options("--env", "NAME=VALUE", "A variable of its environment.");

    private final Words directories = syntax.options(
            "--dir",
            "HOST[:GUEST[:ro]]",
            "A directory that it finds, under another path if one is given; ro: to read only.");

    private final Value<Duration> timeout = syntax.option(
            Duration.class,
            OptionSpec.builder("--timeout")
                    .paramLabel("TIME")
                    .description("Ends it after so long, such as 500ms, 1.5s or 2m (default: no limit).")
                    .converters(new DurationConverter()));

    private final Value<Long> fuel = syntax.option(
            Long.class,
            "--fuel",
            "UNITS",
            "Ends it after so many units of its code, some one for each instruction (default: no limit).");

    private final Value<String> maxMemory = syntax.option(
            String.class,
            "--max-memory",
            "SIZE",
            "How large each of its memories may get, such as 64MiB (default: 1GiB).");

    ExecCommand(Torvyn torvyn) {
        super(
                torvyn,
                "exec",
                "Runs a program: a lone component that exports wasi:cli/run.",
                "",
                "The program has the standard streams, the clocks and random numbers, as programs expect; files, variables",
                "of the environment and the network only where they are granted. With --only it has nothing but what is",
                "granted.",
                "",
                "Options for torvyn come before COMPONENT; what follows it is the program's own.",
                "",
                "Exit codes: the program's own; 1 when it traps or exceeds a limit, 2 when it could not start, 130 or 143",
                "when interrupted, 141 when nobody reads any more what it writes.");
    }

    @Override
    int execute() {
        Long fuel = this.fuel.value();
        if (fuel != null && fuel <= 0) {
            throw wrong("--fuel takes a number of 1 or more, not " + fuel);
        }
        var start = new Program.Start(
                arguments.said(),
                variables(),
                directories.said().stream().map(this::directory).toList(),
                capabilities(),
                StandardStreams.ofProcess(),
                GlobalOptions.isTerminal(),
                timeout.said(),
                fuel == null ? OptionalLong.empty() : OptionalLong.of(fuel),
                maxMemory.said().map(this::size).orElse(DEFAULT_MAX_MEMORY));
        WasmEngine engine = WasmEngine.create(EngineSettings.DEFAULT, CompiledComponentCache.onDisk(Home.cache()));
        Program program = Program.load(engine, component.needed(), fuel != null);
        try (Signals signals = Signals.install()) {
            signals.onSignal(_ -> program.stop());
            List<String> denied = new ArrayList<>();
            Program.Ending ending = program.run(
                    start,
                    (capability, detail) ->
                            denied.add("it %s, which needs the grant %s".formatted(detail, capability)));
            return exitCode(ending, denied, signals);
        }
    }

    private int exitCode(Program.Ending ending, List<String> denied, Signals signals) {
        Failures failures = failures();
        boolean failed = ending instanceof Program.Ending.Failed;
        if (failed || options().verbose()) {
            denied.forEach(failures::hint);
        }
        return switch (ending) {
            case Program.Ending.Exited(int code) -> code;
            case Program.Ending.Failed(var failure) -> {
                failures.print(failure);
                yield ExitCode.FAILED;
            }
            case Program.Ending.Stopped() -> signals.exitCode().orElse(ExitCode.FAILED);
            case Program.Ending.ReaderGone() -> ExitCode.BROKEN_PIPE;
        };
    }

    private Map<String, String> variables() {
        Map<String, String> variables = new LinkedHashMap<>();
        for (String text : environment.said()) {
            int equals = text.indexOf('=');
            if (equals < 1) {
                throw wrong("--env takes NAME=VALUE, not '" + text + "'");
            }
            variables.put(text.substring(0, equals), text.substring(equals + 1));
        }
        return variables;
    }

    private DirectoryGrant directory(String text) {
        String[] parts = text.split(":", -1);
        boolean readOnly = parts.length == 3 && parts[2].equals("ro");
        if (parts[0].isEmpty() || parts.length > 3 || (parts.length == 3 && !readOnly)) {
            throw wrong("--dir takes HOST, HOST:GUEST or HOST:GUEST:ro, not '" + text + "'");
        }
        String guest = parts.length > 1 && !parts[1].isEmpty() ? parts[1] : parts[0];
        return new DirectoryGrant(parts[0], guest, true, !readOnly);
    }

    private GrantedCapabilities capabilities() {
        List<Capability> granted = new ArrayList<>();
        if (!only.isSet()) {
            EXPECTED.forEach(kind -> granted.add(new Capability(kind, new CapabilityScope.Any())));
        }
        grants.said().forEach(text -> granted.addAll(Capability.parseGrant(text)));
        return GrantedCapabilities.of(granted);
    }

    private long size(String text) {
        return Quantities.size(text)
                .orElseThrow(() -> wrong("'" + text + "' is no size; write a whole number and B, KiB, MiB or GiB"));
    }
}
