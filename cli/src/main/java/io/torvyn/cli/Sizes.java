package io.torvyn.cli;

import java.time.Duration;
import java.util.Locale;

/** Sizes, times, rates and numbers of things as people read them. */
final class Sizes {
    static String bytes(long bytes) {
        if (bytes < 1024) {
            return bytes + " B";
        }
        double size = bytes;
        String[] units = {"KiB", "MiB", "GiB", "TiB"};
        int unit = -1;
        while (size >= 1024 && unit < units.length - 1) {
            size /= 1024;
            unit++;
        }
        return String.format(Locale.ROOT, "%.1f %s", size, units[unit]);
    }

    static String duration(Duration duration) {
        long millis = duration.toMillis();
        return millis < 1000 ? millis + "ms" : String.format(Locale.ROOT, "%.2fs", millis / 1000.0);
    }

    static String rate(long elements, Duration duration) {
        double seconds = duration.toNanos() / 1e9;
        return seconds == 0 ? "-" : String.format(Locale.ROOT, "%.0f elem/s", elements / seconds);
    }

    /** How many, and of what: one file, two files, two capabilities. */
    static String counted(long count, String what) {
        String several = what.endsWith("y") ? what.substring(0, what.length() - 1) + "ies" : what + "s";
        return count + " " + (count == 1 ? what : several);
    }

    private Sizes() {}
}
