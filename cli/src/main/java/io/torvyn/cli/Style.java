package io.torvyn.cli;

import java.util.Locale;

/** Colours and marks, or plain text. */
enum Style {
    PLAIN,
    COLOR;

    /** The values of {@code --color}. */
    enum When {
        auto,
        always,
        never
    }

    static Style of(When when, boolean terminal) {
        return switch (when) {
            case always -> COLOR;
            case never -> PLAIN;
            case auto ->
                terminal && System.getenv("NO_COLOR") == null && !"dumb".equals(System.getenv("TERM")) ? COLOR : PLAIN;
        };
    }

    private String in(String codes, String text) {
        return this == COLOR ? "\033[" + codes + "m" + text + "\033[0m" : text;
    }

    String error(String text) {
        return in("1;31", text);
    }

    String warning(String text) {
        return in("33", text);
    }

    String help(String text) {
        return in("1;36", text);
    }

    String dim(String text) {
        return in("2", text);
    }

    /** Something that is in order. */
    String success(String text) {
        return this == COLOR ? in("1;32", "✓ " + text) : "[ok] " + text;
    }

    /** Something that is not. */
    String failure(String text) {
        return this == COLOR ? in("1;31", "✗ " + text) : "[FAIL] " + text;
    }

    /** A key and its value, below others of the kind. */
    String line(String key, String value) {
        return dim(String.format(Locale.ROOT, "%-14s", key + ":")) + " " + value;
    }

    String header(String title) {
        String line = this == COLOR ? "─" : "-";
        String start = line.repeat(2) + " " + title + " ";
        return dim(start + line.repeat(Math.max(0, 40 - start.length())));
    }
}
