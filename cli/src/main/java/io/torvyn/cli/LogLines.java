package io.torvyn.cli;

import java.io.PrintWriter;
import java.text.MessageFormat;
import java.util.Locale;
import java.util.ResourceBundle;
import org.jspecify.annotations.Nullable;

/** A log as lines among what else Torvyn says, from one level on. Any thread. */
final class LogLines implements System.Logger {
    private final PrintWriter out;
    private final Style style;
    private final Level least;

    LogLines(PrintWriter out, Style style, LogLevel least) {
        this.out = out;
        this.style = style;
        this.least = least.level();
    }

    @Override
    public String getName() {
        return "io.torvyn.flow";
    }

    @Override
    public boolean isLoggable(Level level) {
        return level.getSeverity() >= least.getSeverity();
    }

    @Override
    public void log(
            Level level, @Nullable ResourceBundle bundle, @Nullable String message, @Nullable Throwable thrown) {
        if (isLoggable(level)) {
            String name = level.getName().toLowerCase(Locale.ROOT);
            String title = level.getSeverity() >= Level.ERROR.getSeverity()
                    ? style.error(name)
                    : level == Level.WARNING ? style.warning(name) : style.dim(name);
            out.println(title + ": " + message + (thrown == null ? "" : ": " + thrown));
            out.flush();
        }
    }

    @Override
    public void log(
            Level level,
            @Nullable ResourceBundle bundle,
            @Nullable String format,
            @Nullable Object @Nullable ... arguments) {
        boolean isPattern = format != null && arguments != null && arguments.length > 0;
        log(level, bundle, isPattern ? MessageFormat.format(format, arguments) : format, (Throwable) null);
    }
}
