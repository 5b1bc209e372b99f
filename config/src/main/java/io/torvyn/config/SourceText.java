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
            return at(line, column);
        }
        i++;
        while (i < text.length() && (text.charAt(i) == ' ' || text.charAt(i) == '\t')) {
            i++;
        }
        return at(line, text.codePointCount(0, i) + 1);
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
