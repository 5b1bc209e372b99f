package io.torvyn.component.spi;

import java.util.List;

/**
 * Why core code stopped.
 *
 * @param kind what happened
 * @param detail in words
 * @param backtrace wasm functions, innermost first, named where the module names them; may be empty
 * @param attempted bytes or elements that were asked for, of a {@code MEMORY_LIMIT} or {@code TABLE_LIMIT}; else 0
 * @param limit the limit that was hit, of those two, of {@code OUT_OF_FUEL} and of {@code STACK_EXHAUSTED}, where 0 stands
 *     for what the thread's own stack has; else 0
 */
public record CoreTrap(Kind kind, String detail, List<String> backtrace, long attempted, long limit) {
    public enum Kind {
        UNREACHABLE("wasm `unreachable` instruction executed"),
        INTEGER_DIVISION_BY_ZERO("integer divide by zero"),
        INTEGER_OVERFLOW("integer overflow"),
        INVALID_CONVERSION("invalid conversion to integer"),
        MEMORY_OUT_OF_BOUNDS("out of bounds memory access"),
        TABLE_OUT_OF_BOUNDS("out of bounds table access"),
        INDIRECT_CALL("bad indirect call"),
        STACK_EXHAUSTED("call stack exhausted"),
        INTERRUPTED("interrupted"),
        OUT_OF_FUEL("out of fuel"),
        MEMORY_LIMIT("memory limit exceeded"),
        TABLE_LIMIT("table limit exceeded"),
        OTHER("trap");

        private final String text;

        Kind(String text) {
            this.text = text;
        }

        public String text() {
            return text;
        }
    }

    public CoreTrap {
        backtrace = List.copyOf(backtrace);
    }

    /** A trap of a kind that has no numbers. */
    public CoreTrap(Kind kind, String detail, List<String> backtrace) {
        this(kind, detail, backtrace, 0, 0);
    }
}
