package io.torvyn.bindgen;

import java.util.ArrayList;
import java.util.List;

/** Lines of Java with their indentation. */
final class Code {
    private static final String STEP = "    ";

    private final List<String> lines = new ArrayList<>();
    private int depth;

    Code line(String line) {
        lines.add(line.isEmpty() ? "" : STEP.repeat(depth) + line);
        return this;
    }

    /** One empty line, unless a block has only just begun. */
    Code blank() {
        if (!lines.isEmpty() && !lines.getLast().isEmpty() && !lines.getLast().endsWith("{")) {
            lines.add("");
        }
        return this;
    }

    Code open(String header) {
        line(header + " {");
        depth++;
        return this;
    }

    Code close() {
        return close("}");
    }

    Code close(String tail) {
        depth--;
        return line(tail);
    }

    /** Ends a block and begins its sibling: {@code } else {}. */
    Code next(String middle) {
        depth--;
        line(middle);
        depth++;
        return this;
    }

    /** A branch of a switch statement, in braces unless it is a statement of one line. */
    Code branch(String label, Code statements) {
        if (statements.lines.size() == 1) {
            return line(label + " -> " + statements.lines.getFirst());
        }
        return open(label + " ->").append(statements).close();
    }

    Code append(Code other) {
        other.lines.forEach(this::line);
        return this;
    }

    boolean isEmpty() {
        return lines.isEmpty();
    }

    List<String> lines() {
        return lines;
    }
}
