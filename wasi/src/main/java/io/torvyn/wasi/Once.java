package io.torvyn.wasi;

/** Something that is done the first time only; cheap enough to be asked for at every call. On the instance's thread. */
final class Once implements Runnable {
    private final Runnable action;
    private boolean done;

    Once(Runnable action) {
        this.action = action;
    }

    @Override
    public void run() {
        if (!done) {
            done = true;
            action.run();
        }
    }
}
