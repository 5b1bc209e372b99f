package io.torvyn.component;

import io.torvyn.component.spi.CoreEngine;
import io.torvyn.component.spi.CoreEngine.Strategy;
import io.torvyn.component.spi.CoreLimits;
import io.torvyn.component.spi.CoreMemory;
import io.torvyn.component.spi.CoreModule;
import io.torvyn.contracts.ResourceType;
import io.torvyn.engine.endive.EndiveEngine;
import io.torvyn.fuzz.FuzzInput;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** A component instance whose linear memory, core values and {@code realloc} are whatever the input says. */
final class HostileGuest {
    static final ResourceType RESOURCE = new ResourceType("thing");

    private static final int PAGE = 1 << 16;
    private static final CoreEngine ENGINE = new EndiveEngine();

    /** {@code (module (memory (export "m") 1 2))} */
    private static final CoreModule MODULE = ENGINE.compile(
            new byte[] {0, 'a', 's', 'm', 1, 0, 0, 0, 5, 4, 1, 1, 1, 2, 7, 5, 1, 1, 'm', 2, 0}, Strategy.BASELINE);

    final Instance instance = new Instance("fuzzed", ENGINE, null, null);
    final LiftLowerContext cx;
    private final FuzzInput input;
    private final CoreMemory memory;
    private final List<Integer> answers = new ArrayList<>();
    /** Whether realloc gives each place once. */
    final boolean isHonest;

    private int top = PAGE / 2;

    /** Takes what it needs from the input; {@link #fill} takes the rest. */
    HostileGuest(FuzzInput input) {
        this.input = input;
        memory = (CoreMemory) Objects.requireNonNull(
                MODULE.instantiate(List.of(), new CoreLimits(2 * PAGE, 1)).export("m"));
        var encodings = StringEncoding.values();
        cx = new LiftLowerContext(instance, memory, this::realloc, encodings[input.below(encodings.length)]);
        for (int lies = input.below(4); lies > 0; lies--) {
            answers.add(input.number());
        }
        isHonest = answers.isEmpty();
        instance.handles().newOwn(RESOURCE, new HostResource() {});
        instance.handles().newBorrow(RESOURCE, new HostResource() {});
    }

    /** The memory's beginning and its end are what is left of the input. */
    void fill() {
        byte[] content = input.rest();
        memory.write(0, content, 0, Math.min(content.length, PAGE));
        int tail = Math.min(content.length, 64);
        memory.write(PAGE - tail, content, 0, tail);
    }

    /** Lies a few times, then tells the truth as long as there is room. */
    private int realloc(int oldAddress, int oldSize, int align, int size) {
        if (!answers.isEmpty()) {
            return answers.removeLast();
        }
        top = (top + align - 1) & -align;
        int address = top;
        if (size < 0 || size > PAGE - top) {
            throw new TrapException("no room");
        }
        top += size;
        return address;
    }

    /** Runs what may trap; anything else that it throws is a defect. */
    boolean traps(Runnable code) {
        try {
            code.run();
            return false;
        } catch (TrapException e) {
            return true;
        } catch (RuntimeException e) {
            if (ENGINE.trap(e) == null) {
                throw e;
            }
            return true;
        }
    }
}
