package io.torvyn.cli;

import io.torvyn.types.Diagnostic;
import io.torvyn.types.DiagnosticsException;
import io.torvyn.types.ErrorCode;
import io.torvyn.types.Failure;
import io.torvyn.types.TorvynException;
import java.io.PrintWriter;
import java.util.List;

/** Turns what went wrong into text. The one renderer of failures. */
final class Failures {
    /** Further to the right nobody looks. */
    private static final int WIDEST = 400;

    private final PrintWriter err;
    private final Style style;

    Failures(PrintWriter err, Style style) {
        this.err = err;
        this.style = style;
    }

    void print(TorvynException failed) {
        findings(failed).forEach(this::print);
    }

    /** Something that should not have happened: a defect of ours. */
    void printDefect(Throwable defect) {
        title(style.error("error"), ErrorCode.INTERNAL_ERROR, "Torvyn itself failed: " + defect);
        help("This is a defect; please report it, with the output of the same command under --verbose.");
    }

    /** Something that is no failure by itself and may explain one. */
    void hint(String text) {
        err.println(style.warning("warning") + ": " + text);
    }

    void print(Failure failure) {
        if (failure instanceof Diagnostic diagnostic) {
            print(diagnostic);
        } else {
            title(style.error("error"), failure.code(), failure.message());
            help(failure.help());
        }
    }

    private void print(Diagnostic d) {
        String level =
                switch (d.level()) {
                    case ERROR -> style.error("error");
                    case WARNING -> style.warning("warning");
                    case HINT -> style.help("hint");
                };
        title(level, d.code(), d.message());
        for (Diagnostic.Location location : d.locations()) {
            err.println("  " + style.dim("-->") + " " + location);
            if (!location.source().isBlank()) {
                err.println("   " + style.dim("|") + " " + location.source().strip());
                String underline = underline(location);
                if (!underline.isEmpty()) {
                    err.println("   " + style.dim("|") + " " + style.error(underline));
                }
            }
        }
        fact("expected", d.expected());
        fact("found", d.found());
        d.notes().forEach(note -> fact("note", note));
        help(d.help());
    }

    /** Marks what is meant in the line above, as far as the line goes; empty where the place is not known. */
    private static String underline(Diagnostic.Location location) {
        String line = location.source();
        int[] shown = line.strip().codePoints().toArray();
        int indent = line.codePointCount(0, line.length() - line.stripLeading().length());
        int start = location.column() - 1 - indent;
        if (location.column() == 0 || start < 0 || start > shown.length || start >= WIDEST) {
            return "";
        }
        StringBuilder underline = new StringBuilder();
        for (int i = 0; i < start; i++) {
            underline.append(shown[i] == '\t' ? '\t' : ' '); // a tab is as wide below as above
        }
        int length = Math.clamp(location.length(), 1, Math.max(1, Math.min(shown.length, WIDEST) - start));
        return underline.append("^".repeat(length)).toString();
    }

    private void title(String level, ErrorCode code, String message) {
        err.println(level + "[" + code.id() + "]: " + message);
    }

    private void fact(String name, String text) {
        if (!text.isEmpty()) {
            err.println("   " + style.dim("=") + " " + name + ": " + text);
        }
    }

    private void help(String text) {
        if (!text.isEmpty()) {
            err.println("  " + style.help("help:") + " " + text);
        }
    }

    /** All findings behind an exception. */
    static List<? extends Failure> findings(TorvynException failed) {
        return failed instanceof DiagnosticsException several ? several.diagnostics() : List.of(failed.failure());
    }
}
