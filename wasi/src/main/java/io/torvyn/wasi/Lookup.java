package io.torvyn.wasi;

import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.FutureTask;

/**
 * The addresses of one name, on their way. Resolvers of machines block in native code, where nothing can interrupt them
 * and a virtual thread would hold its carrier: so a thread of its own asks.
 */
final class Lookup implements Watched {
    private final FutureTask<List<InetAddress>> task;
    private final Watchers watchers = new Watchers();

    Lookup(FutureTask<List<InetAddress>> task) {
        this.task = task;
    }

    /** One that there is no room for. */
    static Lookup refused() {
        var refused = new Lookup(new FutureTask<>(() -> {
            throw new IllegalStateException("too many names");
        }));
        refused.task.run();
        return refused;
    }

    void start() {
        Thread.ofPlatform().daemon().name("torvyn-lookup").start(() -> {
            task.run();
            watchers.wakeAll();
        });
    }

    /** Empty as long as they have not come, and when there are none. */
    List<InetAddress> addresses() {
        return switch (task.state()) {
            case SUCCESS -> task.resultNow();
            case RUNNING, FAILED, CANCELLED -> List.of();
        };
    }

    /** Once it is ready: why there are none. */
    SocketsNetwork.ErrorCode failure() {
        return task.state() == FutureTask.State.FAILED && task.exceptionNow() instanceof IllegalStateException
                ? SocketsNetwork.ErrorCode.TEMPORARY_RESOLVER_FAILURE
                : SocketsNetwork.ErrorCode.NAME_UNRESOLVABLE;
    }

    @Override
    public boolean ready() {
        return task.isDone();
    }

    @Override
    public Watchers watchers() {
        return watchers;
    }
}
