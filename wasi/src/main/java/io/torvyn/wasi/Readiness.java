package io.torvyn.wasi;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * What one channel is ready for, told by a thread that watches the channels of all components. Any thread.
 *
 * <p>Whoever is told is told once: who wants to hear more asks again.
 */
final class Readiness {
    /** The one thread, which does nothing but wait for the operating system and wake others. */
    private static final class Watch {
        static final Selector SELECTOR = start();

        private static Selector start() {
            try {
                Selector selector = Selector.open();
                Thread.ofPlatform().daemon().name("torvyn-sockets").start(() -> run(selector));
                return selector;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static void run(Selector selector) {
            while (true) {
                try {
                    selector.select(key -> ((Readiness) key.attachment()).happened(key));
                } catch (IOException | CancelledKeyException e) {
                    // Of one channel, which its owner will find out; the others are still there.
                }
            }
        }
    }

    private record Wish(int operations, Runnable wake) {}

    private final SelectionKey key;
    private final List<Wish> wishes = new CopyOnWriteArrayList<>();

    /** @param channel not blocking */
    Readiness(SelectableChannel channel) throws ClosedChannelException {
        key = channel.register(Watch.SELECTOR, 0, this);
    }

    /**
     * @param operations of {@link SelectionKey}
     * @param wake is run, from the watching thread, when the channel is ready for one of them or closed; has to be quick
     */
    void tell(int operations, Runnable wake) {
        if (wishes.stream().noneMatch(wish -> wish.wake.equals(wake))) {
            wishes.add(new Wish(operations, wake));
        }
        try {
            key.interestOpsOr(operations);
            Watch.SELECTOR.wakeup();
        } catch (CancelledKeyException e) {
            wake.run();
        }
    }

    void forget(Runnable wake) {
        wishes.removeIf(wish -> wish.wake.equals(wake));
    }

    private void happened(SelectionKey ready) {
        int operations;
        try {
            operations = ready.readyOps();
            ready.interestOpsAnd(~operations);
        } catch (CancelledKeyException e) {
            operations = -1;
        }
        tellAll(operations);
    }

    private void tellAll(int operations) {
        for (Wish wish : wishes) {
            if ((wish.operations & operations) != 0) {
                wish.wake.run();
            }
        }
    }

    /** The channel has been closed: lets go of it, and wakes everybody. */
    void closed() {
        Watch.SELECTOR.wakeup();
        tellAll(-1);
    }
}
