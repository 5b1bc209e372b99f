package io.torvyn.config;

import java.util.Arrays;

/**
 * A TOML text without its blank lines and its lines of comment.
 *
 * <p>The parser behind {@link TomlDocument} takes time with the cube of the number of such lines in a row: 16 KiB of line
 * feeds would keep it busy for minutes. Lines inside a string are never taken out.
 */
final class SignificantLines {
    private final String text;

    /** For each line of the text, its number in the whole text. */
    private final int[] numbers;

    private SignificantLines(String text, int[] numbers) {
        this.text = text;
        this.numbers = numbers;
    }

    /** What a line begins in. */
    private enum State {
        DOCUMENT,
        BASIC_STRING,
        LITERAL_STRING
    }

    static SignificantLines of(String whole) {
        StringBuilder kept = new StringBuilder(whole.length());
        int[] numbers = new int[16];
        int count = 0;
        int number = 0;
        State state = State.DOCUMENT;
        for (int start = 0; start < whole.length(); number++) {
            int feed = whole.indexOf('\n', start);
            int end = feed < 0 ? whole.length() : feed + 1;
            if (state != State.DOCUMENT || isSignificant(whole, start, end)) {
                if (count == numbers.length) {
                    numbers = Arrays.copyOf(numbers, count * 2);
                }
                numbers[count++] = number + 1;
                kept.append(whole, start, end);
                state = after(whole, start, end, state);
            }
            start = end;
        }
        return new SignificantLines(kept.toString(), Arrays.copyOf(numbers, count));
    }

    /** What is left. */
    String text() {
        return text;
    }

    /** The number in the whole text of a line of {@link #text}; for the line after the last, the one after it. */
    int number(int line) {
        if (line >= 1 && line <= numbers.length) {
            return numbers[line - 1];
        }
        return numbers.length == 0 ? 1 : numbers[numbers.length - 1] + 1;
    }

    private static boolean isSignificant(String text, int start, int end) {
        for (int i = start; i < end; i++) {
            char c = text.charAt(i);
            if (c == '#') {
                return false;
            }
            boolean blank = c == ' ' || c == '\t' || c == '\n' || (c == '\r' && text.startsWith("\r\n", i));
            if (!blank) {
                return true;
            }
        }
        return false;
    }

    private static State after(String text, int start, int end, State before) {
        State state = before;
        for (int i = start; i < end; i++) {
            char c = text.charAt(i);
            switch (state) {
                case DOCUMENT -> {
                    if (c == '#') {
                        return state;
                    }
                    if (text.startsWith("\"\"\"", i)) {
                        state = State.BASIC_STRING;
                        i += 2;
                    } else if (text.startsWith("'''", i)) {
                        state = State.LITERAL_STRING;
                        i += 2;
                    } else if (c == '"' || c == '\'') {
                        i = endOfString(text, i, end);
                    }
                }
                case BASIC_STRING -> {
                    if (c == '\\') {
                        i++;
                    } else if (text.startsWith("\"\"\"", i)) {
                        state = State.DOCUMENT;
                        i = lastQuote(text, i);
                    }
                }
                case LITERAL_STRING -> {
                    if (text.startsWith("'''", i)) {
                        state = State.DOCUMENT;
                        i = lastQuote(text, i);
                    }
                }
            }
        }
        return state;
    }

    /** The closing quote of a string of one line, or that line's end. */
    private static int endOfString(String text, int open, int end) {
        char quote = text.charAt(open);
        for (int i = open + 1; i < end; i++) {
            if (quote == '"' && text.charAt(i) == '\\') {
                i++;
            } else if (text.charAt(i) == quote) {
                return i;
            }
        }
        return end;
    }

    /** Up to two quotes before the closing three belong to the string. */
    private static int lastQuote(String text, int first) {
        int last = first + 2;
        while (last < first + 4 && last + 1 < text.length() && text.charAt(last + 1) == text.charAt(first)) {
            last++;
        }
        return last;
    }
}
