package io.torvyn.reactor;

import io.torvyn.engine.ComponentInvoker;
import io.torvyn.engine.Element;
import io.torvyn.engine.Route;
import io.torvyn.resources.Buffer;
import io.torvyn.types.BackpressurePolicy;
import io.torvyn.types.ComponentRole;
import io.torvyn.types.ProcessError;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The threads of one stage, and the calls that they have been handed: owned by the flow's driver, which hands out calls in the
 * order of the elements and takes over their outcomes in the same order.
 */
final class Workers {
    /*
     * A ring of tasks: `first` is the oldest that the driver has not taken over, `behind` is behind the newest. The driver alone
     * moves both; a task changes hands by its own state. A single worker does its tasks one after the other, and stops
     * after an outcome that ends a burst of the driver's too: an error, a pause, a source that has nothing. What was handed
     * over behind it is withheld until the driver has decided, so an element is never shown to the component before the
     * fate of the one before it is known. Several workers, each with an instance of a processor that remembers
     * nothing, take whichever task is next, and only who has lost their instance stops.
     *
     * An element stays in its queue until the driver has taken over its outcome; the queue knows how many are lent. So
     * whatever ends a flow accounts for it, and all that follows from an outcome is done by the driver as it is for a
     * call of its own.
     */
    private static final int MOST = 32;

    private final Stage stage;
    private final Worker[] all;
    private final String threadName;
    private final Runnable wakeUp;
    private final Task[] tasks;
    private final int mask;
    private final int most;
    /** What is in hand begins and ends there, for the driver; and as the workers see it. */
    private long first;

    private long behind;
    private volatile long taken;
    private volatile long end;
    private int withheld;
    /** The size of the payload that was taken over last, with which the next ones are counted. */
    private int payloadBytes = Integer.MAX_VALUE;

    Workers(
            Stage stage,
            List<StageDefinition.Instance> instances,
            String threadName,
            ActiveFlows active,
            Runnable wakeUp) {
        this.stage = stage;
        this.threadName = threadName;
        this.wakeUp = wakeUp;
        this.all = instances.stream()
                .map(instance -> new Worker(stage, this, active, instance))
                .toArray(Worker[]::new);
        this.most = dropsTheOldest(stage) ? 2 * all.length : Math.max(MOST, 2 * all.length);
        int slots = Integer.highestOneBit(most * 2 - 1);
        this.mask = slots - 1;
        this.tasks = new Task[slots];
        for (int i = 0; i < slots; i++) {
            tasks[i] = new Task(stage.role == ComponentRole.ROUTER ? new Route(stage.route.ports()) : stage.route);
        }
    }

    /** Where only new elements are wanted, few are taken out of reach of those that come. */
    private static boolean dropsTheOldest(Stage stage) {
        for (BoundedQueue input : stage.inputs) {
            if (input.policy instanceof BackpressurePolicy.DropOldest) {
                return true;
            }
        }
        return false;
    }

    Worker[] all() {
        return all;
    }

    String threadName() {
        return threadName;
    }

    private Task task(long place) {
        return tasks[(int) place & mask];
    }

    /** Calls that have been handed over, or withheld, and not taken over. */
    int inHand() {
        return (int) (behind - first);
    }

    /** How many may be in hand: as many as the bound in bytes of a queue allows, and one for each worker. */
    int window() {
        return Math.clamp(BoundedQueue.CONSUMER_FIRST_BYTES / Math.max(1, payloadBytes), all.length, most);
    }

    /** Whether there are calls that a worker could begin, of which no more than {@code limit} are to be under way. */
    boolean canHand(int limit) {
        return withheld > 0 && inHand() - withheld < limit;
    }

    boolean hasOutcome() {
        return first != behind && task(first).isDone();
    }

    /** No worker has begun anything that the driver has not taken over. */
    boolean areAtRest() {
        for (long place = first; place < behind; place++) {
            if (task(place).isClaimed()) {
                return false;
            }
        }
        return true;
    }

    /** Something goes on that the driver will be woken for. */
    boolean areAtWork() {
        return inHand() > withheld;
    }

    /** Adds the next element of an input, which is lent from now on. */
    void assign(BoundedQueue input) {
        Task task = task(behind);
        task.become(input, input.lend());
        end = ++behind;
        withheld++;
    }

    /** Adds a pull. */
    void assignPull() {
        task(behind).become(null, null);
        end = ++behind;
        withheld++;
    }

    /** Lets the workers begin, the oldest first; no more than {@code limit} are under way then. */
    void hand(int limit) {
        for (Worker worker : all) {
            worker.resume(first);
        }
        int room = limit - (inHand() - withheld);
        int handed = 0;
        for (long place = first; place < behind && handed < room; place++) {
            Task task = task(place);
            if (task.isWithheld()) {
                task.hand();
                withheld--;
                handed++;
            }
        }
        for (int i = 0; i < all.length && handed > 0; i++) {
            handed -= all[i].wake() ? 1 : 0;
        }
    }

    /** Takes back what no worker has begun; it stays assigned. */
    void withhold() {
        for (long place = first; place < behind; place++) {
            if (task(place).withhold()) {
                withheld++;
            }
        }
    }

    /** Forgets the pulls that no worker has begun. @return how many those were */
    int forgetPulls() {
        withhold();
        int forgotten = 0;
        while (behind > first && task(behind - 1).isWithheld()) {
            end = --behind;
            withheld--;
            forgotten++;
        }
        return forgotten;
    }

    /** The oldest call that is in hand, done or not; it is the driver's from now on, and its element is lent no more. */
    Task take() {
        Task task = task(first);
        if (task.isWithheld()) {
            withheld--;
        }
        taken = ++first;
        BoundedQueue input = task.input;
        int bytes = 0;
        if (input != null) {
            input.takeBack();
            bytes = length(input.head());
        }
        payloadBytes = Math.max(bytes, length(task.out));
        return task;
    }

    private static int length(Element element) {
        Buffer payload = element.payload;
        return payload == null ? 0 : payload.length();
    }

    /** The call that was taken last is to be made again, before all others. */
    void putBack(Task task) {
        taken = --first;
        task.putBack();
        withheld++;
        BoundedQueue input = task.input;
        if (input != null) {
            input.lendAgain();
        }
    }

    /** Ends the threads. Nobody is inside a call. */
    void dismiss() {
        for (Worker worker : all) {
            worker.dismiss();
        }
    }

    // What follows is for the workers.

    /** @param next the place of the next task, where there is but one worker */
    @Nullable
    Task claim(long next) {
        if (all.length == 1) {
            Task task = task(next);
            return task.claim() ? task : null;
        }
        long last = end;
        for (long place = taken; place < last; place++) {
            Task task = task(place);
            if (task.claim()) {
                return task;
            }
        }
        return null;
    }

    boolean areAnyHanded() {
        long last = end;
        for (long place = taken; place < last; place++) {
            if (task(place).isHanded()) {
                return true;
            }
        }
        return false;
    }

    /** Whether the driver has to decide before the worker goes on. */
    boolean endsTheRun(Task task) {
        ComponentInvoker.Outcome outcome = task.outcome;
        if (outcome == null) {
            return true;
        }
        boolean alone = all.length == 1;
        return switch (outcome) {
            case EMITTED, PASSED, READY -> false;
            case NOTHING -> stage.role == ComponentRole.SOURCE;
            case PAUSE, UNKNOWN_PORT -> alone;
            case ERROR -> {
                ProcessError error = task.error;
                yield alone || (error != null && error.isFatal());
            }
        };
    }

    void wakeDriver() {
        wakeUp.run();
    }
}
