package io.torvyn.types;

import java.util.List;

/** Carries all findings of a check that failed. */
public final class DiagnosticsException extends TorvynException {
    private static final long serialVersionUID = 1L;

    @SuppressWarnings("serial") // diagnostics are records of plain values; nobody serialises these
    private final List<Diagnostic> diagnostics;

    /**
     * @param diagnostics at least one of level error; the first error is the exception's {@link #failure()}
     */
    public DiagnosticsException(List<Diagnostic> diagnostics) {
        super(diagnostics.stream()
                .filter(d -> d.level() == Diagnostic.Level.ERROR)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no error among the findings")));
        this.diagnostics = List.copyOf(diagnostics);
    }

    public List<Diagnostic> diagnostics() {
        return diagnostics;
    }
}
