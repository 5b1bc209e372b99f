package io.torvyn.config;

import io.torvyn.types.Diagnostic;
import io.torvyn.types.DiagnosticsException;
import io.torvyn.types.ErrorCode;
import java.util.ArrayList;
import java.util.List;

/** What a reading of a manifest has found wrong so far. */
final class Findings {
    private final List<Diagnostic> found = new ArrayList<>();

    void add(Diagnostic diagnostic) {
        found.add(diagnostic);
    }

    void invalid(String keyPath, TomlNode node, String expected, String help) {
        add(Diagnostic.error(ErrorCode.INVALID_VALUE, "invalid value for `%s`".formatted(keyPath), help)
                .at(node.at())
                .atKey(keyPath)
                .expecting(expected, node.shown()));
    }

    void missing(String keyPath, Diagnostic.Location table, String expected, String help) {
        add(Diagnostic.error(ErrorCode.MISSING_FIELD, "`%s` is missing".formatted(keyPath), help)
                .at(table)
                .atKey(keyPath)
                .expecting(expected, "nothing"));
    }

    void semantic(String keyPath, Diagnostic.Location at, String message, String help) {
        add(Diagnostic.error(ErrorCode.SEMANTIC_ERROR, message, help).at(at).atKey(keyPath));
    }

    boolean hasErrors() {
        return found.stream().anyMatch(d -> d.level() == Diagnostic.Level.ERROR);
    }

    /** All findings in reading order. */
    List<Diagnostic> sorted() {
        return found.stream().sorted(Diagnostic.IN_READING_ORDER).toList();
    }

    /** @throws DiagnosticsException with all findings, when there is an error among them */
    void throwIfErrors() {
        if (hasErrors()) {
            throw new DiagnosticsException(sorted());
        }
    }
}
