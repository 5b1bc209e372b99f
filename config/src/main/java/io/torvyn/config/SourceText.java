package io.torvyn.config;

import io.torvyn.types.Diagnostic;
import java.util.List;

/** One file's text, by line. */
final class SourceText {
    private static final int SHOWN = 200;

    private final String file;
    private final List<String> lines;

    SourceText(String file, String text) {
        this.file = file;
        this.lines = text.lines().toList();
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
        int start = indexOf(text, column);
        int i = start;
        char quote = 0;
        while (i < text.length() && (quote != 0 || text.charAt(i) != '=')) {
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
        if (i >= text.length() || start < text.length() && text.charAt(start) == '[') {
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
        return line >= 1 && line <= lines.size() ? lines.get(line - 1) : "";
    }

    private static int indexOf(String text, int column) {
        int i = 0;
        for (int c = 1; c < column && i < text.length(); c++) {
            i += Character.charCount(text.codePointAt(i));
        }
        return i;
    }
}
