package io.torvyn.cli;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A line on a terminal that says what takes its time: not before half a second has passed, and gone without a trace when
 * it is over. Where nobody looks on, it is never there. Safe for use by many threads.
 */
final class Progress implements AutoCloseable {
    private static final long PATIENCE_MILLIS = 500;
    private static final long TICK_MILLIS = 80;
    /** Of a line that is longer the terminal makes two, and only the second could be wiped off. */
    private static final int WIDEST = 60;

    private static final String FRAMES = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏";
    /** The one that is to be wiped off when the process ends in its middle. */
    private static final AtomicReference<@Nullable Progress> CURRENT = new AtomicReference<>();

    private final PrintWriter err;
    private final boolean shown;
    private String text;
    private boolean over;
    private boolean drawn;

    private Progress(PrintWriter err, String text, boolean shown) {
        this.err = err;
        this.text = text;
        this.shown = shown;
    }

    /** One that nobody sees. */
    static Progress none(PrintWriter err) {
        return new Progress(err, "", false);
    }

    /** @param text what is being done, such as {@code linking flow "main"}; while it is empty, there is nothing to see */
    static Progress of(String text, GlobalOptions options, PrintWriter err) {
        var progress = new Progress(err, text, !options.quiet() && !options.json() && isTerminal());
        if (progress.shown) {
            CURRENT.set(progress);
            Thread.ofPlatform().daemon().name("progress").start(progress::spin);
        }
        return progress;
    }

    /** Whether standard error is one; of the JDK only both other streams can be asked. */
    private static boolean isTerminal() {
        if ("dumb".equals(System.getenv("TERM"))) {
            return false;
        }
        try {
            String target = Files.readSymbolicLink(Path.of("/proc/self/fd/2")).toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
        } catch (IOException | UnsupportedOperationException e) {
            return GlobalOptions.isTerminal(); // not Linux
        }
    }

    private synchronized void spin() {
        try {
            long end = System.nanoTime() + PATIENCE_MILLIS * 1_000_000;
            for (long left = PATIENCE_MILLIS; !over && left > 0; left = (end - System.nanoTime()) / 1_000_000) {
                wait(left);
            }
            for (int frame = 0; !over; frame = (frame + 1) % FRAMES.length()) {
                if (!text.isEmpty()) {
                    err.print("\r\033[K" + FRAMES.charAt(frame) + " " + text);
                    err.flush();
                    drawn = true;
                }
                wait(TICK_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** What is being done now. */
    synchronized void say(String now) {
        text = now.length() <= WIDEST ? now : now.substring(0, WIDEST) + " ...";
        if (text.isEmpty()) {
            wipe();
        }
    }

    /** Prints whole lines; the one that is here goes on below them. */
    synchronized void above(Runnable print) {
        wipe();
        print.run();
    }

    private void wipe() {
        if (drawn) {
            err.print("\r\033[K");
            err.flush();
            drawn = false;
        }
    }

    /** A stream whose first byte ends this: two cannot write on one line. */
    OutputStream endedBy(OutputStream stream) {
        return shown ? new Ending(stream) : stream;
    }

    /** Leaves a clean line behind, whatever is under way. */
    static void clear() {
        Progress current = CURRENT.get();
        if (current != null) {
            current.end();
        }
    }

    @Override
    public void close() {
        end();
    }

    /** What took its time is done; more often than once does no harm. */
    synchronized void end() {
        if (over) {
            return;
        }
        over = true;
        CURRENT.compareAndSet(this, null);
        wipe();
        notifyAll();
    }

    private final class Ending extends FilterOutputStream {
        private boolean begun;

        Ending(OutputStream stream) {
            super(stream);
        }

        private void begin() {
            if (!begun) {
                begun = true;
                Progress.this.end();
            }
        }

        @Override
        public void write(int b) throws IOException {
            begin();
            out.write(b);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            begin();
            out.write(bytes, offset, length);
        }
    }
}
