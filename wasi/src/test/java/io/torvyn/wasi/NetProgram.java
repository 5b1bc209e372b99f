package io.torvyn.wasi;

import io.torvyn.component.Component;
import io.torvyn.component.EngineException;
import io.torvyn.component.Imports;
import io.torvyn.component.Instance;
import io.torvyn.component.InstanceOptions;
import io.torvyn.component.spi.CoreEngine;
import io.torvyn.component.spi.CoreLimits;
import io.torvyn.guests.Guests;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/** One run of the guest {@code net}, a program of Rust's standard library, on a virtual thread as a flow would be. */
final class NetProgram {
    private static final Component COMPONENT =
            Component.load(Guests.bytes("net"), "net", Fixtures.ENGINE, CoreEngine.Strategy.OPTIMIZED);

    private final ByteArrayOutputStream stdout = new ByteArrayOutputStream() {
        @Override
        public synchronized void write(byte[] bytes, int offset, int length) {
            super.write(bytes, offset, length);
            printed.countDown();
        }
    };
    private final CountDownLatch printed = new CountDownLatch(1);
    private final CompletableFuture<String> ended = new CompletableFuture<>();
    final Denials denials = new Denials();
    final List<String> used = new ArrayList<>();
    final Thread thread;

    private NetProgram(NetworkGrants network, List<String> arguments) {
        List<String> line = new ArrayList<>(List.of("net"));
        line.addAll(arguments);
        WasiGrants grants = new WasiGrants(
                        Optional.empty(),
                        Optional.of(stdout),
                        Optional.of(stdout),
                        Map.of(),
                        line,
                        Set.of(WasiGrants.Source.MONOTONIC_CLOCK))
                .withNetwork(network);
        thread = Thread.ofVirtual().start(() -> run(grants));
    }

    private void run(WasiGrants grants) {
        var imports = new Imports();
        Wasi.addTo(imports, COMPONENT, grants, new DenialListener() {
            @Override
            public void denied(String capability, String detail) {
                denials.denied(capability, detail);
            }

            @Override
            public void used(String capability) {
                used.add(capability);
            }
        });
        try (Instance instance =
                COMPONENT.instantiate(imports, new InstanceOptions("net", new CoreLimits(1 << 24, 1000)))) {
            instance.exportedInstance("wasi:cli/run@0.2.0")
                    .orElseThrow()
                    .functions()
                    .get("run")
                    .call(List.of());
            ended.complete("");
        } catch (EngineException e) {
            ended.complete(e.failure().message());
        } catch (Throwable t) {
            ended.completeExceptionally(t);
        }
    }

    static NetProgram start(NetworkGrants network, String... arguments) {
        return new NetProgram(network, List.of(arguments));
    }

    /** What it has printed when it has ended. */
    static String run(NetworkGrants network, String... arguments) {
        return start(network, arguments).output();
    }

    /** Once it has printed something. */
    String printed() throws InterruptedException {
        printed.await();
        return stdout.toString(StandardCharsets.UTF_8).strip();
    }

    String output() {
        ended.join();
        return stdout.toString(StandardCharsets.UTF_8).strip();
    }

    /** Why the call ended that ran it; empty when it returned. */
    String failure() {
        return ended.join();
    }

    /** What somebody may do who has been granted that. */
    static NetworkGrants granted(NetworkGrants.Use use, String host, int port) {
        return new NetworkGrants(Map.of(
                use,
                List.of(new NetworkGrants.Scope(
                        host.equals("*") ? List.of() : List.of(host),
                        port < 0 ? List.of() : List.of(new NetworkGrants.PortRange(port, port))))));
    }
}
