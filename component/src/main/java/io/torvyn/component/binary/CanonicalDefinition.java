package io.torvyn.component.binary;

import io.torvyn.component.spi.CoreType;
import java.util.List;
import java.util.Optional;

/**
 * {@code canon} in Binary.md, "Canonical Definitions": where core functions and component functions meet.
 *
 * <p>Of the built-ins for asynchrony only what validation looks at is kept, since none of them is carried out; {@code
 * name} is what the specification calls one, such as {@code stream.read}.
 */
public sealed interface CanonicalDefinition {
    /** A core function, seen as a component function of type {@code type}. */
    record Lift(int coreFunction, List<CanonicalOption> options, int type) implements CanonicalDefinition {}

    /** A component function, as core code can call it. */
    record Lower(int function, List<CanonicalOption> options) implements CanonicalDefinition {}

    record ResourceNew(int type) implements CanonicalDefinition {}

    record ResourceDrop(int type) implements CanonicalDefinition {}

    record ResourceRep(int type) implements CanonicalDefinition {}

    /** A built-in that refers to nothing. */
    record Plain(String name, CoreType.Function type) implements CanonicalDefinition {}

    record TaskReturn(Optional<DefType.Use> result, List<CanonicalOption> options) implements CanonicalDefinition {}

    /** {@code context.get} or {@code context.set}. */
    record Context(String name, CoreType.Value type, int index, boolean set) implements CanonicalDefinition {}

    /** What can be made of a type of streams or futures, and done with one end, without moving elements. */
    record Ends(String name, Transport transport, int type, CoreType.Function coreType)
            implements CanonicalDefinition {}

    /** {@code read} or {@code write}. */
    record Copy(String name, Transport transport, boolean read, int type, List<CanonicalOption> options)
            implements CanonicalDefinition {}

    enum Transport {
        STREAM,
        FUTURE
    }

    record ErrorContextNew(List<CanonicalOption> options) implements CanonicalDefinition {}

    record ErrorContextDebugMessage(List<CanonicalOption> options) implements CanonicalDefinition {}

    /** {@code waitable-set.wait} or {@code waitable-set.poll}. */
    record AwaitWaitables(String name, int memory) implements CanonicalDefinition {}

    record ThreadNewIndirect(int coreType, int table) implements CanonicalDefinition {}
}
