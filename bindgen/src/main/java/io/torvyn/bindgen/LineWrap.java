package io.torvyn.bindgen;

import java.util.ArrayList;
import java.util.List;

/** Breaks lines of Java that are too long, inside their longest pair of parentheses, as people do. */
final class LineWrap {
    private static final int WIDTH = 120;
    private static final int CONTINUATION = 8;

    private LineWrap() {}

    static List<String> wrap(String line) {
        String content = line.strip();
        if (line.length() <= WIDTH || content.startsWith("*") || content.startsWith("/")) {
            return List.of(line);
        }
        int open = longestGroup(line);
        if (open < 0) {
            return List.of(line);
        }
        int close = end(line, open);
        for (int inner = onlyCall(line, open, close); inner >= 0; inner = onlyCall(line, open, close)) {
            open = inner;
            close = end(line, open);
        }
        String indent = " ".repeat(line.length() - line.stripLeading().length() + CONTINUATION);
        var lines = new ArrayList<String>();
        lines.add(line.substring(0, open + 1));
        String tail = line.substring(close);
        String whole = indent + line.substring(open + 1, close) + tail;
        if (whole.length() <= WIDTH) {
            lines.add(whole);
            return lines;
        }
        List<String> arguments = split(line.substring(open + 1, close));
        for (int i = 0; i < arguments.size(); i++) {
            boolean last = i == arguments.size() - 1;
            lines.addAll(wrap(indent + arguments.get(i) + (last ? tail : ",")));
        }
        return lines;
    }

    /** Where the arguments open of a call that is the group's only content; -1 when there is other content. */
    private static int onlyCall(String line, int open, int close) {
        int inner = line.indexOf('(', open + 1);
        int quote = line.indexOf('"', open + 1);
        boolean call = inner > open + 1 && inner < close && (quote < 0 || quote > inner);
        boolean only = call
                && end(line, inner) == close - 1
                && !line.substring(open, inner).contains(",");
        return only ? inner : -1;
    }

    /** Where the longest outermost group opens; -1 when there is none. */
    private static int longestGroup(String line) {
        int best = -1;
        int bestLength = 1;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == '"') {
                i = endOfString(line, i);
            } else if (c == '(') {
                int end = end(line, i);
                if (end - i > bestLength) {
                    best = i;
                    bestLength = end - i;
                }
                i = end;
            }
        }
        return best;
    }

    private static int end(String line, int open) {
        int depth = 0;
        for (int i = open; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == '"') {
                i = endOfString(line, i);
            } else if (c == '(') {
                depth++;
            } else if (c == ')' && --depth == 0) {
                return i;
            }
        }
        throw new IllegalStateException("unbalanced parentheses: " + line);
    }

    private static int endOfString(String line, int start) {
        int i = start + 1;
        while (line.charAt(i) != '"') {
            i += line.charAt(i) == '\\' ? 2 : 1;
        }
        return i;
    }

    private static List<String> split(String arguments) {
        var parts = new ArrayList<String>();
        int depth = 0;
        int start = 0;
        for (int i = 0; i < arguments.length(); i++) {
            char c = arguments.charAt(i);
            char before = i == 0 ? ' ' : arguments.charAt(i - 1);
            if (c == '"') {
                i = endOfString(arguments, i);
            } else if (c == '(' || (c == '<' && before != ' ')) {
                depth++;
            } else if (c == ')' || (c == '>' && before != ' ' && before != '-')) {
                depth--;
            } else if (c == ',' && depth == 0) {
                parts.add(arguments.substring(start, i).strip());
                start = i + 1;
            }
        }
        parts.add(arguments.substring(start).strip());
        return parts;
    }
}
