package io.torvyn.contracts;

import io.torvyn.types.Diagnostic;
import io.torvyn.types.DiagnosticsException;
import io.torvyn.types.ErrorCode;
import java.util.List;

/**
 * One WIT file: its name, and its text, which findings quote.
 *
 * @param file as the reader knows it
 */
record SourceText(String file, String text) {
    /** A line longer than this is not quoted whole. */
    private static final int MAX_QUOTED_LINE = 400;

    /** Line and column, both from 1, columns counted in code points, and the word that stands there. */
    Diagnostic.Location locate(int offset) {
        return locate(offset, offset + wordLength(offset));
    }

    /** Where the word that begins at {@code offset} is expected to be {@code word}, with names of packages and all. */
    Diagnostic.Location locate(int offset, String word) {
        return text.startsWith(word, offset) ? locate(offset, offset + word.length()) : locate(offset);
    }

    private int wordLength(int offset) {
        int end = offset;
        if (end < text.length() && (text.charAt(end) == '%' || text.charAt(end) == '@')) {
            end++;
        }
        boolean number = end < text.length() && Lexer.isDigit(text.charAt(end));
        while (end < text.length()) {
            char c = text.charAt(end);
            if (!Lexer.isLetter(c)
                    && !Lexer.isDigit(c)
                    && c != '-'
                    && c != '_'
                    && !(number && (c == '.' || c == '+'))) {
                break;
            }
            end++;
        }
        return end - offset;
    }

    private Diagnostic.Location locate(int offset, int end) {
        int line = 1;
        int lineStart = 0;
        for (int i = 0; i < offset; i++) {
            if (text.charAt(i) == '\n') {
                line++;
                lineStart = i + 1;
            }
        }
        int lineEnd = text.indexOf('\n', offset);
        if (lineEnd < 0) {
            lineEnd = text.length();
        }
        if (lineEnd > lineStart && text.charAt(lineEnd - 1) == '\r') {
            lineEnd--;
        }
        int column = text.codePointCount(lineStart, offset) + 1;
        String quoted = offset - lineStart > MAX_QUOTED_LINE
                ? ""
                : text.substring(lineStart, Math.min(lineEnd, lineStart + MAX_QUOTED_LINE));
        int length = Math.max(1, text.codePointCount(offset, Math.max(offset, Math.min(end, lineEnd))));
        return new Diagnostic.Location(file, line, column, length, quoted);
    }

    Diagnostic finding(ErrorCode code, int offset, String message, String help) {
        return Diagnostic.error(code, message, help).at(locate(offset));
    }

    DiagnosticsException syntaxError(int offset, String message, String help) {
        return new DiagnosticsException(List.of(finding(ErrorCode.WIT_SYNTAX_ERROR, offset, message, help)));
    }

    @Override
    public String toString() {
        return file;
    }
}
