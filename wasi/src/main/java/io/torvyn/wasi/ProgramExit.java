package io.torvyn.wasi;

import java.util.OptionalInt;

/** A guest has ended itself. Found among the causes of what its call threw. */
public final class ProgramExit extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int code;

    ProgramExit(int code) {
        super("exit " + code, null, false, false);
        this.code = code;
    }

    /** The code, from 0 to 255, when that is how a call ended; empty when it ended otherwise. */
    public static OptionalInt codeOf(Throwable thrown) {
        for (Throwable t = thrown; t != null; t = t.getCause()) {
            if (t instanceof ProgramExit exit) {
                return OptionalInt.of(exit.code);
            }
        }
        return OptionalInt.empty();
    }
}
