package io.torvyn.junit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import io.torvyn.host.FlowElement;
import io.torvyn.reactor.FlowOutcome;
import io.torvyn.reactor.StageReport;
import io.torvyn.types.ErrorCode;
import io.torvyn.types.Failure;
import io.torvyn.types.FlowState;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a component under test did with the elements it was given. Each assertion gives back the run, so that several can
 * stand in one statement. When a run ended with buffers in anybody's hands, there is none: the test fails.
 */
public final class ComponentRun {
    private final String node;
    private final List<FlowElement> given;
    private final FlowOutcome outcome;
    private final Map<String, List<FlowElement>> emitted;

    ComponentRun(String node, List<FlowElement> given, FlowOutcome outcome, Map<String, List<FlowElement>> emitted) {
        this.node = node;
        this.given = List.copyOf(given);
        this.outcome = outcome;
        this.emitted = Map.copyOf(emitted);
        if (outcome.failure().isEmpty()) {
            assertEquals(List.of(), outcome.leaked().reclaimed(), "buffers that were still held at the end");
        }
    }

    /** How its flow ended, in all figures. */
    public FlowOutcome outcome() {
        return outcome;
    }

    /** What it emitted, in order; of a router, what went to its first port. */
    public List<FlowElement> emitted() {
        return emitted.values().stream().findFirst().map(List::copyOf).orElse(List.of());
    }

    /** What a router sent to a port, in order. */
    public List<FlowElement> emitted(String port) {
        List<FlowElement> sent = emitted.get(port);
        if (sent == null) {
            throw new IllegalArgumentException("there is no port '" + port + "'; see ComponentUnderTest.withPorts");
        }
        return List.copyOf(sent);
    }

    /** It emitted just these texts, and did not fail. */
    public ComponentRun emits(String... texts) {
        completes();
        assertEquals(List.of(texts), texts(emitted()), "what the component emitted");
        return this;
    }

    /** It sent just these texts to a port, and did not fail. */
    public ComponentRun emitsTo(String port, String... texts) {
        completes();
        assertEquals(List.of(texts), texts(emitted(port)), "what the router sent to '" + port + "'");
        return this;
    }

    private static List<String> texts(List<FlowElement> elements) {
        return elements.stream().map(FlowElement::text).toList();
    }

    /** All that it emitted is of this content type. */
    public ComponentRun emitsOnly(String contentType) {
        emitted.values()
                .forEach(elements -> elements.forEach(
                        element -> assertEquals(contentType, element.contentType(), "the content type of " + element)));
        return this;
    }

    /** It dropped so many elements by design. */
    public ComponentRun drops(long count) {
        assertEquals(count, stage().dropped(), "elements that the component dropped");
        return this;
    }

    /** It read the payload of an element so many times in all; reading nothing is no copy. */
    public ComponentRun reads(long copies) {
        assertEquals(copies, outcome.copies().reads() - notEmpty(emitted), "payloads that the component read");
        return this;
    }

    /** It wrote so many times into a buffer in all; writing nothing is no copy. */
    public ComponentRun writes(long copies) {
        List<FlowElement> entered =
                given.stream().limit(outcome.pulled()).toList(); // each was written once before it came here
        assertEquals(
                copies,
                outcome.copies().writes() - notEmpty(Map.of("given", entered)),
                "writes of the component into buffers");
        return this;
    }

    /** It cloned so many buffers. */
    public ComponentRun clones(long copies) {
        assertEquals(copies, outcome.copies().clones(), "buffers that the component cloned");
        return this;
    }

    private static long notEmpty(Map<String, List<FlowElement>> elements) {
        return elements.values().stream()
                .flatMap(List::stream)
                .filter(element -> element.size() > 0)
                .count();
    }

    /** It did not fail. */
    public ComponentRun completes() {
        outcome.failure().ifPresent(failure -> fail("the component failed: " + failure.text()));
        assertEquals(FlowState.COMPLETED, outcome.state(), "how the flow ended");
        return this;
    }

    /** Its flow failed with this code: E0420 for an error that it answered, E0804 for a trap, and so on. */
    public ComponentRun failsWith(ErrorCode code) {
        assertEquals(
                Optional.of(code),
                outcome.failure().map(Failure::code),
                () -> "how the component failed: "
                        + outcome.failure().map(Failure::text).orElse("it did not fail"));
        return this;
    }

    /** The same, with a text that stands in the message. */
    public ComponentRun failsWith(ErrorCode code, String text) {
        failsWith(code);
        String message = outcome.failure().map(Failure::message).orElse("");
        if (!message.contains(text)) {
            fail("the component failed with the message \"" + message + "\", in which \"" + text + "\" is not");
        }
        return this;
    }

    /** It answered so many errors, whatever followed from them; traps and time limits count. */
    public ComponentRun answersErrors(long count) {
        assertEquals(count, stage().errors(), "errors of the component");
        return this;
    }

    private StageReport stage() {
        return outcome.stages().stream()
                .filter(stage -> stage.name().equals(node))
                .findFirst()
                .orElseThrow();
    }
}
