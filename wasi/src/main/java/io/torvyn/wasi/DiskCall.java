package io.torvyn.wasi;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A call of the kernel that takes as long as a disk does. For a virtual thread another one makes it: in a call of the
 * kernel it would keep its carrier from the other flows, and could not be interrupted.
 */
final class DiskCall implements Watched {
    interface Call {
        /** @param calls for the thread that makes the call */
        void run(Syscalls calls) throws ErrnoException;
    }

    private final Watchers watchers = new Watchers();
    private @Nullable ErrnoException failure;
    private volatile boolean over;

    private DiskCall() {}

    /**
     * Makes the call, and waits for its end.
     *
     * @param own the caller's
     * @param call goes on when its caller is interrupted; the file may be closed by then, and its number another's
     * @throws io.torvyn.component.CallInterruptedException when the guest's call has to end
     */
    static void make(Syscalls own, Call call) throws ErrnoException {
        if (!Thread.currentThread().isVirtual()) {
            call.run(own);
            return;
        }
        var waiting = new DiskCall();
        Thread.ofPlatform().daemon().name("torvyn-disk").start(() -> waiting.run(call));
        Pollables.await(List.of(waiting));
        ErrnoException failed = waiting.failure;
        if (failed != null) {
            throw failed;
        }
    }

    private void run(Call call) {
        try {
            call.run(new Syscalls());
        } catch (ErrnoException e) {
            failure = e;
        } finally {
            over = true;
            watchers.wakeAll();
        }
    }

    @Override
    public boolean ready() {
        return over;
    }

    @Override
    public Watchers watchers() {
        return watchers;
    }
}
