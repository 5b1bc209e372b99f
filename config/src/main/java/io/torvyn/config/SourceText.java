package io.torvyn.config;

import io.torvyn.types.Diagnostic;

/** One file's text, by line. */
final class SourceText {
    private static final int SHOWN = 200;

    /** Further to the right nobody looks, and looking would take long in a file of one line. */
    private static final int RIGHTMOST = 2000;

    private final String file;
    private final String[] lines;

    SourceText(String file, String text) {
        this.file = file;
        this.lines = text.split("\n", -1);
    }

    String file() {
        return file;
    }

    /** The start of the file as a whole. */
    Diagnostic.Location start() {
        return at(1, 1);
    }

    /** @param column from 1, in characters as people count them (code points) */
    Diagnostic.Location at(int line, int column) {
        return new Diagnostic.Location(file, line, column, shortened(line(line), SHOWN));
    }

    /** A key, or a table's header. */
    Diagnostic.Location keyAt(int line, int column) {
        return measured(line, column, true);
    }

    /** A value, as far as it stands in that line. */
    Diagnostic.Location valueAt(int line, int column) {
        return measured(line, column, false);
    }

    private Diagnostic.Location measured(int line, int column, boolean isKey) {
        Diagnostic.Location at = at(line, column);
        String text = line(line);
        int start = column < 1 || column > RIGHTMOST ? text.length() : indexOf(text, column);
        if (start >= text.length()) {
            return at;
        }
        int end = Math.min(text.length(), start + SHOWN);
        int length = isKey ? keyLength(text, start, end) : valueLength(text, start, end);
        return new Diagnostic.Location(file, line, column, text.codePointCount(start, start + length), at.source());
    }

    private static int keyLength(String text, int start, int end) {
        if (text.charAt(start) == '[') {
            return groupLength(text, start, end);
        }
        int i = start;
        while (i < end && " \t=".indexOf(text.charAt(i)) < 0) {
            i = text.charAt(i) == '"' || text.charAt(i) == '\'' ? afterString(text, i, end) : i + 1;
        }
        return i - start;
    }

    private static int valueLength(String text, int start, int end) {
        return switch (text.charAt(start)) {
            case '[', '{' -> groupLength(text, start, end);
            case '"', '\'' -> afterString(text, start, end) - start;
            default -> {
                int i = start;
                while (i < end && " \t,]}#".indexOf(text.charAt(i)) < 0) {
                    i++;
                }
                yield i - start;
            }
        };
    }

    /** From a bracket to the one that closes it. */
    private static int groupLength(String text, int start, int end) {
        int depth = 0;
        int i = start;
        while (i < end) {
            char c = text.charAt(i);
            if (c == '"' || c == '\'') {
                i = afterString(text, i, end);
                continue;
            }
            depth += c == '[' || c == '{' ? 1 : c == ']' || c == '}' ? -1 : 0;
            i++;
            if (depth == 0) {
                break;
            }
        }
        return i - start;
    }

    /** Behind the quote that closes a string, or the end where there is none. */
    private static int afterString(String text, int open, int end) {
        char quote = text.charAt(open);
        for (int i = open + 1; i < end; i++) {
            if (quote == '"' && text.charAt(i) == '\\') {
                i++;
            } else if (text.charAt(i) == quote) {
                return i + 1;
            }
        }
        return end;
    }

    /** Where the value begins whose key begins at the given place; the same place when there is no {@code =} after it. */
    Diagnostic.Location valueAfterKey(int line, int column) {
        String text = line(line);
        int start = column > RIGHTMOST ? text.length() : indexOf(text, column);
        int end = Math.min(text.length(), start + RIGHTMOST);
        int i = start;
        char quote = 0;
        while (i < end && (quote != 0 || text.charAt(i) != '=')) {
            char c = text.charAt(i);
            if (quote == '"' && c == '\\') {
                i++;
            } else if (c == quote) {
                quote = 0;
            } else if (quote == 0 && (c == '"' || c == '\'')) {
                quote = c;
            }
            i++;
        }
        if (i >= end || text.charAt(start) == '[') {
            return keyAt(line, column);
        }
        i++;
        while (i < text.length() && (text.charAt(i) == ' ' || text.charAt(i) == '\t')) {
            i++;
        }
        return valueAt(line, text.codePointCount(0, i) + 1);
    }

    static String shortened(String text, int length) {
        if (text.length() <= length) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(length - 1)) ? length - 1 : length;
        return text.substring(0, end) + "…";
    }

    private String line(int line) {
        if (line < 1 || line > lines.length) {
            return "";
        }
        String text = lines[line - 1];
        return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
    }

    private static int indexOf(String text, int column) {
        int i = 0;
        for (int c = 1; c < column && i < text.length(); c++) {
            i += Character.charCount(text.codePointAt(i));
        }
        return i;
    }
}
