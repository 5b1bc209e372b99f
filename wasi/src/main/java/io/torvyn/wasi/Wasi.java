package io.torvyn.wasi;

import io.torvyn.component.Component;
import io.torvyn.component.ComponentImport;
import io.torvyn.component.ExternType;
import io.torvyn.component.HostInstance;
import io.torvyn.component.HostItem;
import io.torvyn.component.Imports;
import io.torvyn.component.TrapException;
import io.torvyn.component.Value;
import io.torvyn.contracts.ResourceType;
import io.torvyn.types.Diagnostic;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The door: adds WASI 0.2 to what a component is instantiated with.
 *
 * <p>Whatever a component imports of WASI 0.2 links, in any 0.2 version, granted or not: toolchains import a good deal
 * that is never called. What was not granted acts as denied when it is used (no directories, input at its end, output
 * that is discarded, UTC for a time zone, an error of a socket; else a trap), and is reported to the {@link DenialListener}.
 */
public final class Wasi {
    /** Files that one component instance may have open at once. */
    static final int OPEN_FILES = 256;

    private final WasiGrants grants;
    private final DenialListener listener;
    /** What the component's resource types are here: an interface that uses one of another one gets the same. */
    private final Map<ResourceType, ResourceType> resources = new HashMap<>();

    /** A guest may try as many different things as it likes; nobody wants to be told of all of them. */
    private static final int DIFFERENT_REPORTS = 256;

    private final Set<String> reported = new HashSet<>();
    private final Set<String> used = new HashSet<>();

    private Wasi(WasiGrants grants, DenialListener listener) {
        this.grants = grants;
        this.listener = listener;
    }

    /**
     * @param imports what the rest of the host offers; the WASI that the component imports is added to it, for one
     *     instance
     * @param component who imports
     * @throws io.torvyn.types.TorvynException E0810 when a directory that was granted cannot be opened
     */
    public static void addTo(Imports imports, Component component, WasiGrants grants, DenialListener listener) {
        var wasi = new Wasi(grants, listener);
        Imports granted = wasi.granted();
        if (!grants.directories().isEmpty() && component.imports().stream().anyMatch(Wasi::isPreopens)) {
            wasi.addFiles(granted, imports);
        }
        for (ComponentImport wanted : component.imports()) {
            if (provides(wanted.name()) && wanted.type() instanceof ExternType.Instance(var type)) {
                imports.add(wasi.instance(wanted.name(), type, granted.instance(wanted.name())));
            }
        }
    }

    /**
     * What {@link #addTo} would be refused for: a finding for each granted directory that cannot be opened now.
     *
     * @param component who is granted them
     */
    public static List<Diagnostic> check(Component component, List<DirectoryGrant> directories) {
        List<Diagnostic> findings = new ArrayList<>();
        if (component.imports().stream().anyMatch(Wasi::isPreopens)) {
            for (DirectoryGrant directory : directories) {
                OpenFiles.check(directory).ifPresent(findings::add);
            }
        }
        return findings;
    }

    /** Whether an interface of that name links: one of WASI 0.2. */
    public static boolean provides(String interfaceName) {
        int at = interfaceName.indexOf('@');
        return interfaceName.startsWith("wasi:") && at > 0 && interfaceName.startsWith("0.2.", at + 1);
    }

    private static boolean isPreopens(ComponentImport wanted) {
        return provides(wanted.name()) && path(wanted.name()).equals("filesystem/preopens");
    }

    private void addFiles(Imports granted, Imports imports) {
        OpenFiles files = OpenFiles.of(grants.directories(), OPEN_FILES, reports());
        imports.closeWithInstance(files::close);
        granted.add(Preopens.host(files::directories));
    }

    private static Optional<FilesystemTypes.ErrorCode> fileError(IoError.Error error) {
        return error instanceof FileError(var code) ? Optional.of(code) : Optional.empty();
    }

    /** The interfaces that do something. Standard streams, environment and exit are always among them. */
    private Imports granted() {
        var stdin = new GuestInput(
                grants.stdin(),
                grants.stdin().isPresent()
                        ? used("stdio:stdin")
                        : () -> report("stdio:stdin", "read its standard input"));
        OutputStream stdout = output(grants.stdout(), "stdio:stdout", "wrote to its standard output");
        OutputStream stderr = output(grants.stderr(), "stdio:stderr", "wrote to its standard error");
        var imports = new Imports()
                .add(IoError.host())
                .add(Poll.host(Pollables::poll))
                .add(Streams.host())
                .add(Stdin.host(() -> stdin))
                .add(Stdout.host(() -> new GuestOutput(stdout)))
                .add(Stderr.host(() -> new GuestOutput(stderr)))
                .add(CliTerminalInput.host())
                .add(CliTerminalOutput.host())
                .add(TerminalStdin.host(() -> terminal(grants.stdin(), Terminal.INPUT)))
                .add(TerminalStdout.host(() -> terminal(grants.stdout(), Terminal.OUTPUT)))
                .add(TerminalStderr.host(() -> terminal(grants.stderr(), Terminal.OUTPUT)))
                .add(FilesystemTypes.host(Wasi::fileError))
                .add(Environment.host(environment()))
                .add(Exit.host(new GuestExit()));
        var access = new NetworkAccess(grants.network(), reports(), NameService.SYSTEM);
        Sockets.addTo(imports, access);
        Http.addTo(imports, access);
        imports.add(Timezone.host(timezone()));
        for (WasiGrants.Source source : grants.sources()) {
            switch (source) {
                case WALL_CLOCK -> imports.add(WallClock.host(new Clocks(used(source.capability()))));
                case MONOTONIC_CLOCK ->
                    imports.add(MonotonicClock.host(new Clocks.Monotonic(used(source.capability()))));
                case CRYPTO_RANDOM -> imports.add(Random.host(new Randomness(used(source.capability()))));
                case INSECURE_RANDOM -> {
                    var weak = new Randomness.Weak(used(source.capability()));
                    imports.add(Insecure.host(weak)).add(InsecureSeed.host(weak));
                }
            }
        }
        return imports;
    }

    private Timezone timezone() {
        String capability = WasiGrants.Source.WALL_CLOCK.capability();
        return grants.sources().contains(WasiGrants.Source.WALL_CLOCK)
                ? new HostTimezone(used(capability))
                : new HostTimezone.Undisclosed(() -> report(capability, "asked for the time zone"));
    }

    private OutputStream output(Optional<OutputStream> granted, String capability, String denied) {
        return granted.<OutputStream>map(stream -> new GuestOutput.Told(stream, used(capability)))
                .orElseGet(() -> new GuestOutput.Discarding(() -> report(capability, denied)));
    }

    private Runnable used(String capability) {
        return new Once(() -> reports().used(capability));
    }

    private Environment environment() {
        Runnable used = grants.environment().isEmpty()
                ? () -> {}
                : used("environment:read:"
                        + String.join(",", grants.environment().keySet()));
        List<Tuple2<String, String>> variables = grants.environment().entrySet().stream()
                .map(e -> new Tuple2<>(e.getKey(), e.getValue()))
                .toList();
        return new Environment() {
            @Override
            public List<Tuple2<String, String>> getEnvironment() {
                used.run();
                return variables;
            }

            @Override
            public List<String> getArguments() {
                return grants.arguments();
            }

            @Override
            public Optional<String> initialCwd() {
                return Optional.empty();
            }
        };
    }

    private <T> Optional<T> terminal(Optional<?> stream, T terminal) {
        return grants.terminal() && stream.isPresent() ? Optional.of(terminal) : Optional.empty();
    }

    /** All that a guest can do with a terminal is to have it. */
    private static final class Terminal {
        static final CliTerminalInput.TerminalInput INPUT = new CliTerminalInput.TerminalInput() {};
        static final CliTerminalOutput.TerminalOutput OUTPUT = new CliTerminalOutput.TerminalOutput() {};
    }

    /**
     * All that a component imports of one interface.
     *
     * @param granted where functions and resources come from if it has them; those of other 0.2 versions may be missing
     */
    private HostInstance instance(String name, ExternType.InstanceType type, @Nullable HostInstance granted) {
        Map<String, HostItem> items = new HashMap<>();
        type.exports().forEach((item, extern) -> {
            HostItem known = granted == null ? null : granted.items().get(item);
            if (extern instanceof ExternType.Resource(ResourceType resource)) {
                ResourceType provided = known instanceof HostItem.Resource(var ours) ? ours : new ResourceType(item);
                ResourceType earlier = resources.putIfAbsent(resource, provided);
                items.put(item, new HostItem.Resource(earlier == null ? provided : earlier));
            } else if (extern instanceof ExternType.Function) {
                items.put(item, known == null ? denied(name, item) : known);
            }
        });
        return new HostInstance(name, items);
    }

    private HostItem denied(String interfaceName, String function) {
        String path = path(interfaceName);
        String qualified = interfaceName + "#" + function;
        String capability = capability(path).orElse(interfaceName);
        if (path.equals("filesystem/preopens") && function.equals("get-directories")) {
            return new HostItem.Untyped(_ -> {
                if (isNew(capability)) {
                    listener.asked(capability, "asked for its directories");
                }
                return Optional.of(new Value.ListValue(List.of()));
            });
        }
        return new HostItem.Untyped(_ -> {
            report(capability, "called " + qualified);
            throw capability(path)
                    .map(needed -> new TrapException(
                            qualified + " is denied; it needs the grant " + needed,
                            "If it should be allowed, add \"%s\" to the component's grants: [security.grants] or `--grant`."
                                    .formatted(needed)))
                    .orElseGet(() -> new TrapException(qualified + " is denied: this host has no such function"));
        });
    }

    private void report(String capability, String detail) {
        if (isNew(capability)) {
            listener.denied(capability, detail);
        }
    }

    private boolean isNew(String capability) {
        return reported.size() < DIFFERENT_REPORTS && reported.add(capability);
    }

    private CapabilityReport reports() {
        return new CapabilityReport() {
            @Override
            public void denied(String capability, String detail) {
                report(capability, detail);
            }

            @Override
            public void used(String capability) {
                if (used.size() < DIFFERENT_REPORTS && used.add(capability)) {
                    listener.used(capability);
                }
            }
        };
    }

    /** {@code clocks/wall-clock} of {@code wasi:clocks/wall-clock@0.2.6}. */
    private static String path(String interfaceName) {
        return interfaceName.substring("wasi:".length(), interfaceName.indexOf('@'));
    }

    /** What would have to be granted for an interface that is denied; empty when nothing grants it. */
    private static Optional<String> capability(String path) {
        return Optional.ofNullable(
                switch (path) {
                    case "clocks/wall-clock", "clocks/timezone" -> WasiGrants.Source.WALL_CLOCK.capability();
                    case "clocks/monotonic-clock" -> WasiGrants.Source.MONOTONIC_CLOCK.capability();
                    case "random/random" -> WasiGrants.Source.CRYPTO_RANDOM.capability();
                    case "random/insecure", "random/insecure-seed" -> WasiGrants.Source.INSECURE_RANDOM.capability();
                    case "sockets/udp", "sockets/udp-create-socket" -> "network:udp";
                    case String p when p.startsWith("filesystem/") -> "filesystem:read:<path>";
                    case String p when p.startsWith("sockets/") -> "network:tcp-connect";
                    case String p when p.startsWith("http/") -> "network:http-outgoing";
                    default -> null;
                });
    }
}
