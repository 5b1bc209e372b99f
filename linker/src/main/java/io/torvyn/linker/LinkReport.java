package io.torvyn.linker;

import io.torvyn.types.Diagnostic;
import io.torvyn.types.DiagnosticsException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What linking a flow found, all of it. Immutable.
 *
 * @param errors in reading order
 * @param warnings in reading order
 * @param pipeline present when there are no errors, and only then
 */
public record LinkReport(List<Diagnostic> errors, List<Diagnostic> warnings, Optional<LinkedPipeline> pipeline) {
    /** @throws IllegalArgumentException for a pipeline with errors, or neither of the two */
    public LinkReport {
        errors = List.copyOf(errors);
        warnings = List.copyOf(warnings);
        if (errors.isEmpty() != pipeline.isPresent()) {
            throw new IllegalArgumentException("a pipeline has no errors, and what has none is a pipeline");
        }
    }

    /**
     * The pipeline.
     *
     * @throws DiagnosticsException with the errors and the warnings, when there are errors
     */
    public LinkedPipeline orThrow() {
        return pipeline.orElseThrow(() -> new DiagnosticsException(
                Stream.concat(errors.stream(), warnings.stream()).toList()));
    }
}
