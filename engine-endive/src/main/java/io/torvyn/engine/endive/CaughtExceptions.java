package io.torvyn.engine.endive;

import io.torvyn.component.spi.CoreTrap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import run.endive.runtime.Instance;
import run.endive.runtime.WasmException;

/**
 * The exceptions that the core instances of one component instance hold by reference, {@code exnref} (core specification,
 * "Exception Instances"). Public only because compiled code stands outside this module.
 *
 * <p>Endive 1.0.0 takes the number of its tag for a reference to an exception, so a second exception of a tag takes the
 * place of the first, whoever still holds that. Here each exception has a number of its own.
 *
 * <p>Nobody says when a reference is let go. So of all that were caught by reference the oldest are forgotten, when
 * together they have 8 MiB; to throw one of those traps.
 */
@SuppressWarnings("exports") // for compiled code only, which sees Endive itself
public final class CaughtExceptions {
    private static final long MOST_WORDS = 1 << 20;
    /** Of an exception without values, and what it takes to keep it. */
    private static final long WORDS_OF_EXCEPTION = 24;

    private final Map<Integer, WasmException> exceptions = new LinkedHashMap<>(16, 0.75f, true);
    private final IdentityHashMap<WasmException, Integer> references = new IdentityHashMap<>();
    private int next;
    private long words;

    CaughtExceptions() {}

    /** Called by compiled code that has caught an exception by reference; Endive's {@code registerException}. */
    public static int reference(Instance instance, WasmException exception) {
        return of(instance).reference(exception);
    }

    /**
     * Called by compiled code that throws an exception by reference; Endive's {@code exn}.
     *
     * @throws EndiveTrap when there is none
     */
    public static WasmException exception(Instance instance, int reference) {
        return of(instance).exception(reference);
    }

    private static CaughtExceptions of(Instance instance) {
        return CallDepth.of(instance.memory(), instance).caught();
    }

    /** The same for an exception that was caught before. */
    int reference(WasmException exception) {
        Integer known = references.get(exception);
        if (known != null) {
            exceptions.get(known); // is the youngest now
            return known;
        }
        while (exceptions.containsKey(next)) { // only when all numbers have been given away
            next = following(next);
        }
        int reference = next;
        next = following(next);
        exceptions.put(reference, exception);
        references.put(exception, reference);
        words += words(exception);
        forgetOldest();
        return reference;
    }

    private static int following(int reference) {
        return reference + 1 & Integer.MAX_VALUE; // negative ones are null
    }

    private void forgetOldest() {
        var oldest = exceptions.values().iterator();
        while (words > MOST_WORDS && exceptions.size() > 1) {
            WasmException forgotten = oldest.next();
            oldest.remove();
            references.remove(forgotten);
            words -= words(forgotten);
        }
    }

    private static long words(WasmException exception) {
        return WORDS_OF_EXCEPTION
                + length(exception.args())
                + (exception.refArgs() == null ? 0 : exception.refArgs().length);
    }

    private static int length(long @Nullable [] values) {
        return values == null ? 0 : values.length;
    }

    WasmException exception(int reference) {
        if (reference < 0) {
            throw new EndiveTrap(CoreTrap.Kind.OTHER, "null exception reference");
        }
        WasmException exception = exceptions.get(reference);
        if (exception == null) {
            throw new EndiveTrap(
                    CoreTrap.Kind.OTHER,
                    "an exception is thrown again that was caught by reference too many exceptions ago; the Endive engine"
                            + " keeps the last 8 MiB of them");
        }
        return exception;
    }
}
