package io.torvyn.cli;

import io.torvyn.types.CancellationReason;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/** SIGINT and SIGTERM: the first one ends the flow in order, the second one ends the process at once. */
final class Signals implements AutoCloseable {
    private final AtomicInteger first = new AtomicInteger();
    private final AtomicReference<@Nullable Consumer<CancellationReason>> action = new AtomicReference<>();
    private final SignalHandler previousInterrupt;
    private final SignalHandler previousTerminate;

    private Signals() {
        previousInterrupt = Signal.handle(new Signal("INT"), signal -> received(ExitCode.INTERRUPTED));
        previousTerminate = Signal.handle(new Signal("TERM"), signal -> received(ExitCode.TERMINATED));
    }

    static Signals install() {
        return new Signals();
    }

    /** What the first signal does; at once when it has come already. */
    void onSignal(Consumer<CancellationReason> cancel) {
        action.set(cancel);
        if (first.get() != 0) {
            cancel.accept(reason());
        }
    }

    private void received(int exitCode) {
        if (!first.compareAndSet(0, exitCode)) {
            Progress.clear();
            Runtime.getRuntime().halt(exitCode);
        }
        Consumer<CancellationReason> cancel = action.get();
        if (cancel == null) {
            Progress.clear();
            Runtime.getRuntime().halt(exitCode); // nothing runs yet that would have to be ended in order
        } else {
            cancel.accept(reason());
        }
    }

    private CancellationReason reason() {
        return new CancellationReason.OperatorRequest(first.get() == ExitCode.TERMINATED ? "SIGTERM" : "SIGINT");
    }

    /** What the process answers because of a signal; empty when none has come. */
    OptionalInt exitCode() {
        int code = first.get();
        return code == 0 ? OptionalInt.empty() : OptionalInt.of(code);
    }

    @Override
    public void close() {
        Signal.handle(new Signal("INT"), previousInterrupt);
        Signal.handle(new Signal("TERM"), previousTerminate);
    }
}
