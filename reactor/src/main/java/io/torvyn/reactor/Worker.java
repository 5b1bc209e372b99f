package io.torvyn.reactor;

import io.torvyn.engine.ComponentInvoker;
import io.torvyn.engine.Element;
import io.torvyn.resources.BufferOwner;
import io.torvyn.types.ComponentRole;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A thread of a stage, with one instance of its component: makes the calls for elements, and nothing else. While it rests the
 * instance is the driver's, which initialises it, replaces it and tears it down.
 */
final class Worker implements Runnable {
    private static final long STEP_ASIDE_NANOS = 5_000_000;

    private final Stage stage;
    private final Workers workers;
    private final ActiveFlows active;
    /** What the watchdog looks at. */
    final Calls calls = new Calls();

    final BufferOwner owner;
    /** Another one after a restart. */
    ComponentInvoker invoker;

    boolean initialised;
    /** It is never entered again. */
    boolean finished;

    /** The place of its next task, where it is the only worker. */
    private long next;

    private @Nullable Thread thread;
    /** After an outcome that the driver has to decide about first. */
    private volatile boolean halted;
    /** It has found nothing to do. */
    private volatile boolean resting = true;

    private volatile boolean dismissed;
    /** The driver has decided about what it halted after. */
    boolean decided;

    private long turnAt;
    private long steppedAsideAt;

    Worker(Stage stage, Workers workers, ActiveFlows active, StageDefinition.Instance instance) {
        this.stage = stage;
        this.workers = workers;
        this.active = active;
        this.owner = instance.owner();
        this.invoker = instance.invoker();
    }

    // What follows is for the driver.

    /** It may go on, with that place, unless something has still to be decided or done. */
    void resume(long place) {
        if (decided && !finished) {
            decided = false;
            next = place;
            halted = false;
        }
    }

    /**
     * There is something to do.
     *
     * @return whether it had rested, and goes on now
     */
    boolean wake() {
        if (halted || !resting) {
            return false;
        }
        resting = false;
        Thread its = thread;
        if (its == null) {
            its = Thread.ofVirtual().name(workers.threadName()).unstarted(this);
            thread = its;
            its.start();
        } else {
            LockSupport.unpark(its);
        }
        return true;
    }

    /** Has its thread end, and waits for that. It rests, or is about to. */
    void dismiss() {
        dismissed = true;
        Thread its = thread;
        if (its == null) {
            return;
        }
        LockSupport.unpark(its);
        boolean interrupted = false;
        while (its.isAlive()) {
            try {
                its.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    // And this is its thread's.

    @Override
    public void run() {
        calls.begin();
        active.enter();
        turnAt = System.nanoTime();
        steppedAsideAt = turnAt;
        while (true) {
            Task task = halted ? null : workers.claim(next);
            if (task != null) {
                next++;
                long now = call(task);
                task.done();
                workers.wakeDriver();
                giveWay(now);
            } else if (!rest()) {
                return;
            }
        }
    }

    /** @return false when there will be nothing to do any more */
    private boolean rest() {
        active.leave();
        while (true) {
            resting = true;
            if (dismissed) {
                return false;
            }
            if (!halted && workers.areAnyHanded()) {
                break;
            }
            Thread.interrupted(); // whatever it was meant for is over, and it would keep this thread from parking
            LockSupport.park(this);
        }
        resting = false;
        active.enter();
        turnAt = System.nanoTime();
        return true;
    }

    /** @return when it was over */
    private long call(Task task) {
        ComponentInvoker instance = invoker;
        task.worker = this;
        long start = System.nanoTime();
        try {
            calls.enter(stage, instance);
            ComponentInvoker.Outcome outcome = outcome(instance, task);
            calls.returned(stage, stage.timeout);
            if (outcome == ComponentInvoker.Outcome.ERROR) {
                task.error = instance.lastError();
            }
            task.outcome = outcome;
        } catch (Throwable t) {
            task.tookTooLong = calls.overrun() != null;
            task.wasToEnd = calls.isInterrupted() && !task.tookTooLong;
            calls.leaveInterrupted();
            task.thrown = t;
        }
        long now = System.nanoTime();
        task.endedAt = now;
        task.nanos = now - start;
        if (workers.endsTheRun(task)) {
            halted = true;
        }
        return now;
    }

    private ComponentInvoker.Outcome outcome(ComponentInvoker instance, Task task) {
        if (stage.role == ComponentRole.SOURCE) {
            return instance.pull(task.out);
        }
        Element in = task.in;
        if (in == null) {
            throw new IllegalStateException("'" + stage.name + "' was handed nothing");
        }
        return switch (stage.role) {
            case PROCESSOR -> instance.process(in, task.out);
            case FILTER -> instance.evaluate(in);
            case ROUTER -> instance.route(in, task.route);
            case AGGREGATOR -> instance.ingest(in, task.out);
            case SINK -> instance.push(in);
            case SOURCE -> throw new IllegalStateException("a source is handed no element");
        };
    }

    /**
     * Virtual threads are not time-shared. What a worker has had of the processors is charged to its flow, whose driver hands
     * it no more while others are to catch up; here it only lets them in.
     */
    @SuppressWarnings("ThreadPriorityCheck")
    private void giveWay(long now) {
        if (now - turnAt < FlowDriver.QUANTUM_NANOS) {
            return;
        }
        if (now - steppedAsideAt >= STEP_ASIDE_NANOS) {
            LockSupport.parkNanos(this, 1); // yielding would let nobody in who is not in the carrier's own line
            steppedAsideAt = System.nanoTime();
            turnAt = steppedAsideAt;
        } else if (active.areMoreThanProcessors()) {
            Thread.yield();
            turnAt = System.nanoTime();
        }
    }
}
