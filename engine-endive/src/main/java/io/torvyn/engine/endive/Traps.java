package io.torvyn.engine.endive;

import io.torvyn.component.spi.CoreTrap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.function.BiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import run.endive.runtime.WasmException;
import run.endive.runtime.WasmInterruptedException;
import run.endive.wasm.UninstantiableException;
import run.endive.wasm.WasmEngineException;

/** What Endive throws, as a trap of the SPI. */
final class Traps {
    /** Of a backtrace; innermost frames are kept. */
    static final int MAXIMUM_FRAMES = 64;

    /** What the compiler appends to a module's class name, and how it calls a function. */
    private static final Pattern GENERATED_CLASS = Pattern.compile("(.+)FuncGroup_\\d+");

    private static final Pattern GENERATED_METHOD = Pattern.compile("func_(\\d+)");

    private static final String UNCAUGHT = "uncaught exception propagated out of component";

    private Traps() {}

    /**
     * @param names gives the name of a function by the class name of its module and its index
     * @return null when it did not come from the engine
     */
    static @Nullable CoreTrap trap(Throwable thrown, BiFunction<String, Integer, String> names) {
        if (thrown instanceof UninstantiableException && thrown.getCause() != null) {
            return trap(thrown.getCause(), names);
        }
        CoreTrap.Kind kind = kind(thrown);
        if (kind == null) {
            return null;
        }
        String message = thrown instanceof WasmException ? UNCAUGHT : thrown.getMessage();
        String detail = kind == CoreTrap.Kind.STACK_EXHAUSTED || message == null ? kind.text() : message;
        long attempted = thrown instanceof EndiveTrap trap ? trap.attempted() : 0;
        long limit = thrown instanceof EndiveTrap trap ? trap.limit() : 0;
        CoreTrap origin =
                thrown instanceof EndiveTrap && thrown.getCause() != null ? trap(thrown.getCause(), names) : null;
        return new CoreTrap(
                kind, detail, origin == null ? backtrace(thrown, names) : origin.backtrace(), attempted, limit);
    }

    /** Whether it is how guests give up. */
    static boolean isUnreachable(Throwable thrown) {
        return kind(thrown) == CoreTrap.Kind.UNREACHABLE; // also of a start function, whose trap Endive wraps
    }

    private static CoreTrap.@Nullable Kind kind(Throwable thrown) {
        return switch (thrown) {
            case EndiveTrap trap -> trap.kind();
            case StackOverflowError e -> CoreTrap.Kind.STACK_EXHAUSTED;
            case WasmInterruptedException e -> CoreTrap.Kind.INTERRUPTED;
            case WasmEngineException e when e.getCause() instanceof StackOverflowError -> CoreTrap.Kind.STACK_EXHAUSTED;
            case WasmEngineException e -> kindByText(String.valueOf(e.getMessage()));
            case WasmException e -> CoreTrap.Kind.OTHER; // thrown by the guest and caught by nobody
            case RuntimeException e when isThrownByEndive(e) -> CoreTrap.Kind.OTHER;
            default -> null;
        };
    }

    /** Endive says with words what went wrong; these are the words of the specification's tests. */
    private static CoreTrap.Kind kindByText(String text) {
        if (text.contains("unreachable instruction")) {
            return CoreTrap.Kind.UNREACHABLE;
        } else if (text.contains("integer divide by zero")) {
            return CoreTrap.Kind.INTEGER_DIVISION_BY_ZERO;
        } else if (text.contains("integer overflow")) {
            return CoreTrap.Kind.INTEGER_OVERFLOW;
        } else if (text.contains("invalid conversion to integer")) {
            return CoreTrap.Kind.INVALID_CONVERSION;
        } else if (text.contains("out of bounds memory access")) {
            return CoreTrap.Kind.MEMORY_OUT_OF_BOUNDS;
        } else if (text.contains("out of bounds table access") || text.contains("undefined element")) {
            return CoreTrap.Kind.TABLE_OUT_OF_BOUNDS;
        } else if (text.contains("uninitialized element")
                || text.contains("indirect call type mismatch")
                || text.contains("null function reference")
                || text.contains("unknown function")) {
            return CoreTrap.Kind.INDIRECT_CALL;
        }
        return CoreTrap.Kind.OTHER;
    }

    /** An array index, say, that Endive does not check: the guest brought it about, so it is the guest's trap. */
    private static boolean isThrownByEndive(RuntimeException thrown) {
        StackTraceElement[] trace = thrown.getStackTrace();
        return trace.length > 0 && trace[0].getClassName().startsWith("run.endive.");
    }

    /** Frames around the call that ends here: when another component has made it, they are that one's. */
    private static int inCommon(StackTraceElement[] trace, StackTraceElement[] here) {
        int count = 0;
        while (count < trace.length
                && count < here.length
                && trace[trace.length - 1 - count].equals(here[here.length - 1 - count])) {
            count++;
        }
        return count;
    }

    /**
     * The functions that an exception has gone through until it was caught, innermost first.
     *
     * @param names gives the name of a function by the class name of its module and its index
     */
    static List<String> backtrace(Throwable thrown, BiFunction<String, Integer, String> names) {
        Iterator<Interpreter.Frame> interpreted = Arrays.stream(thrown.getSuppressed())
                .filter(Interpreter.Frame.class::isInstance)
                .map(Interpreter.Frame.class::cast)
                .iterator();
        var frames = new ArrayList<String>();
        Interpreter.Frame last = null; // when it was interpreted
        Throwable innermost = thrown.getCause() instanceof StackOverflowError overflow ? overflow : thrown;
        StackTraceElement[] trace = innermost.getStackTrace();
        int within = trace.length - inCommon(trace, new Throwable().getStackTrace());
        for (int i = 0; i < within && frames.size() < MAXIMUM_FRAMES; i++) {
            StackTraceElement element = trace[i];
            if (isInterpretedCall(element) && interpreted.hasNext()) {
                last = interpreted.next();
                frames.add(names.apply(last.className(), last.function()));
                continue;
            }
            Matcher generatedClass = GENERATED_CLASS.matcher(element.getClassName());
            Matcher generatedMethod = GENERATED_METHOD.matcher(element.getMethodName());
            if (generatedClass.matches() && generatedMethod.matches()) {
                String className = generatedClass.group(1);
                int function = Integer.parseInt(generatedMethod.group(1));
                // The method of a function that is interpreted only calls the interpreter.
                if (last == null || !last.isOf(className, function)) {
                    frames.add(names.apply(className, function));
                }
                last = null;
            }
        }
        return frames;
    }

    private static boolean isInterpretedCall(StackTraceElement element) {
        return element.getMethodName().equals("call") && element.getClassName().equals(Interpreter.class.getName());
    }
}
