package io.torvyn.junit;

import io.torvyn.component.ComponentFile;
import io.torvyn.config.StageInterface;
import io.torvyn.host.FlowBuilder;
import io.torvyn.host.FlowElement;
import io.torvyn.host.RunningFlow;
import io.torvyn.host.TorvynHost;
import io.torvyn.reactor.FlowOutcome;
import io.torvyn.types.ComponentRole;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A component that a test runs, as an extension of JUnit's:
 *
 * {@snippet :
 * @RegisterExtension
 * static final ComponentUnderTest UPPER = ComponentUnderTest.of(Path.of("upper.wasm"));
 *
 * @Test
 * void shouts() {
 *     UPPER.given("hello", "world").emits("HELLO", "WORLD");
 * }
 * }
 *
 * <p>Each call of {@code given} is a flow of its own, with a fresh instance between a source of the given elements and a
 * sink. A component is compiled once in a test run, however many classes test it. Immutable, and safe for use by tests that
 * run side by side.
 */
public final class ComponentUnderTest implements BeforeAllCallback, BeforeEachCallback {
    private static final ExtensionContext.Namespace NAMESPACE =
            ExtensionContext.Namespace.create(ComponentUnderTest.class);
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String NODE = "component";

    private final byte[] wasm;
    private final ComponentRole role;
    private final List<Consumer<FlowBuilder.Node>> settings;
    private final List<String> ports;
    private final Duration limit;
    /** The test run's; shared with everything that was made of this. */
    private final AtomicReference<@Nullable TorvynHost> host;

    private ComponentUnderTest(
            byte[] wasm,
            ComponentRole role,
            List<Consumer<FlowBuilder.Node>> settings,
            List<String> ports,
            Duration limit,
            AtomicReference<@Nullable TorvynHost> host) {
        this.wasm = wasm;
        this.role = role;
        this.settings = List.copyOf(settings);
        this.ports = List.copyOf(ports);
        this.limit = limit;
        this.host = host;
    }

    /**
     * @throws UncheckedIOException when the file cannot be read
     * @throws IllegalArgumentException when it is no component for a flow
     */
    public static ComponentUnderTest of(Path wasm) {
        try {
            return of(Files.readAllBytes(wasm), wasm.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @throws IllegalArgumentException when they are no component for a flow */
    public static ComponentUnderTest of(byte[] wasm) {
        return of(wasm.clone(), "the bytes given");
    }

    private static ComponentUnderTest of(byte[] wasm, String source) {
        ComponentRole role = ComponentFile.of(wasm, source).exports().stream()
                .map(StageInterface::parse)
                .flatMap(Optional::stream)
                .findFirst()
                .map(StageInterface::role)
                .orElseThrow(
                        () -> new IllegalArgumentException(source + ": the component exports no interface of a stage"));
        return new ComponentUnderTest(wasm, role, List.of(), List.of("default"), LIMIT, new AtomicReference<>());
    }

    /** The same component with settings of its node: configuration, grants, limits, what follows from errors. */
    public ComponentUnderTest with(Consumer<FlowBuilder.Node> said) {
        return new ComponentUnderTest(
                wasm, role, Stream.concat(settings.stream(), Stream.of(said)).toList(), ports, limit, host);
    }

    /** The same component with a text for its {@code lifecycle.init}. */
    public ComponentUnderTest configured(String text) {
        return with(node -> node.config(text));
    }

    /** The same router with other output ports than {@code default}: each leads somewhere. */
    public ComponentUnderTest withPorts(String... names) {
        return new ComponentUnderTest(wasm, role, settings, List.of(names), limit, host);
    }

    /** The same component in runs that may take so long, in place of 30 s. */
    public ComponentUnderTest within(Duration time) {
        return new ComponentUnderTest(wasm, role, settings, ports, time, host);
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        host.set(context.getRoot()
                .getStore(NAMESPACE)
                .computeIfAbsent(TorvynHost.class, _ -> TorvynHost.create(), TorvynHost.class));
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        beforeAll(context);
    }

    /** Runs it with texts, each an element of {@code text/plain}; without any when it is a source. */
    public ComponentRun given(String... texts) {
        return given(Stream.of(texts).map(FlowElement::ofText).toList());
    }

    /**
     * Runs it with elements, one after the other, until it is done with them.
     *
     * @throws io.torvyn.types.TorvynException when it cannot even be started: with all that is wrong about it
     * @throws IllegalArgumentException when it is a source, and there are elements
     */
    public ComponentRun given(List<FlowElement> elements) {
        TorvynHost ours = host.get();
        if (ours == null) {
            throw new IllegalStateException(
                    "the component is in no test: put @RegisterExtension on the field that holds it");
        }
        if (!role.isConsumer() && !elements.isEmpty()) {
            throw new IllegalArgumentException("a source takes no elements");
        }
        Map<String, List<FlowElement>> emitted = new LinkedHashMap<>();
        try (RunningFlow flow = ours.start(flow(elements, emitted))) {
            Optional<FlowOutcome> outcome = flow.await(limit);
            return new ComponentRun(
                    NODE,
                    elements,
                    outcome.orElseGet(
                            () -> Assertions.fail("the component was not done within " + limit.toMillis() + " ms")),
                    emitted);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Assertions.fail("the test was interrupted", e);
        }
    }

    private FlowBuilder flow(List<FlowElement> elements, Map<String, List<FlowElement>> emitted) {
        FlowBuilder flow = FlowBuilder.named("test");
        if (role.isConsumer()) {
            flow.source("given", List.copyOf(elements)).edge("given", NODE);
        }
        flow.component(NODE, wasm, node -> settings.forEach(said -> said.accept(node)));
        if (role.isProducer()) {
            for (String port : role == ComponentRole.ROUTER ? ports : List.of("output")) {
                List<FlowElement> out = Collections.synchronizedList(new ArrayList<>());
                emitted.put(port, out);
                flow.sink("emitted/" + port, out::add).edge(NODE + ":" + port, "emitted/" + port);
            }
        }
        return flow;
    }
}
