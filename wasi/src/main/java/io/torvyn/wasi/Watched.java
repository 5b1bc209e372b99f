package io.torvyn.wasi;

/** An event whose watchers are woken by whoever brings it about. */
interface Watched extends Waitable {
    /** Those who wait for it. */
    Watchers watchers();

    @Override
    default void watch(Waker waker) {
        watchers().add(waker);
    }

    @Override
    default void unwatch(Waker waker) {
        watchers().remove(waker);
    }
}
