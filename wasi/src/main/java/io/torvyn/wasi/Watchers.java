package io.torvyn.wasi;

import java.util.concurrent.CopyOnWriteArrayList;

/** Those who wait for one event; nobody, most of the time. Any thread. */
final class Watchers {
    private final CopyOnWriteArrayList<Waker> wakers = new CopyOnWriteArrayList<>();

    void add(Waker waker) {
        wakers.addIfAbsent(waker);
    }

    void remove(Waker waker) {
        wakers.remove(waker);
    }

    void wakeAll() {
        wakers.forEach(Waker::wake);
    }
}
