package io.torvyn.engine.endive;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.invoke.CallSite;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.MutableCallSite;
import java.lang.management.ManagementFactory;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import run.endive.runtime.WasmInterruptedException;

/**
 * Whether the compiled code of a module looks at its thread's interrupt status. Public only because that code stands
 * outside this module.
 *
 * <p>One for all instances of a module, whether its classes exist already or not. Safe for use by many threads.
 */
public final class StopSwitch {
    /*
     * Each loop and each call polls. A poll that reads anything, and then goes on, keeps HotSpot from optimising the loop
     * around it: 64 KiB changed by a guest in words of eight bytes take 29 us with it and 19 us without. So the poll is
     * a call site that does nothing, and is given something to do when somebody is about to be interrupted. HotSpot
     * throws away the code that was compiled with the site as it was, at the next safepoint of each thread that runs it;
     * under a millisecond.
     *
     * That hits every instance of the module, so a switch goes back a while after the last stop, and a burst of stops
     * costs one recompilation.
     *
     * Loops that HotSpot can count are compiled without a safepoint under some collectors. There the poll stays on.
     */
    private static final MethodType TYPE = MethodType.methodType(void.class);
    private static final MethodHandle OFF = MethodHandles.empty(TYPE);
    private static final MethodHandle ON = poll();
    private static final boolean ALWAYS = !safepointsInCountedLoops();
    private static final Executor LATER = CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS);

    private final MutableCallSite site = new MutableCallSite(ALWAYS ? ON : OFF);
    private boolean on = ALWAYS;
    private int wanted;
    /** Counts the wishes, so that one that has been followed by others is not acted upon. */
    private long wishes;

    StopSwitch() {}

    private static MethodHandle poll() {
        try {
            return MethodHandles.lookup().findStatic(StopSwitch.class, "checkInterruption", TYPE);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private static boolean safepointsInCountedLoops() {
        var diagnostics = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
        try {
            return diagnostics != null
                    && Boolean.parseBoolean(
                            diagnostics.getVMOption("UseCountedLoopSafepoints").getValue());
        } catch (IllegalArgumentException e) {
            return false; // another virtual machine, another compiler
        }
    }

    /** Called by the Java virtual machine. */
    public static CallSite bootstrap(MethodHandles.Lookup caller, String name, MethodType type) {
        return CompiledClasses.of(caller.lookupClass()).stop().site;
    }

    static void checkInterruption() {
        if (Thread.currentThread().isInterrupted()) {
            throw new WasmInterruptedException("Thread interrupted");
        }
    }

    /** From now on; as many times as {@link #disarm}. */
    synchronized void arm() {
        wanted++;
        wishes++;
        if (!on) {
            turn(true);
        }
    }

    /** Nobody waits for this stop any more. */
    synchronized void disarm() {
        wanted--;
        if (wanted == 0 && !ALWAYS) {
            long last = wishes;
            LATER.execute(() -> turnOffUnlessWantedSince(last));
        }
    }

    private synchronized void turnOffUnlessWantedSince(long last) {
        if (wanted == 0 && wishes == last && on) {
            turn(false);
        }
    }

    private void turn(boolean to) {
        on = to;
        site.setTarget(to ? ON : OFF);
        MutableCallSite.syncAll(new MutableCallSite[] {site});
    }
}
