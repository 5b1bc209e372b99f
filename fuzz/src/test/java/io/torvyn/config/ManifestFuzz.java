package io.torvyn.config;

import io.torvyn.types.Diagnostic;
import io.torvyn.types.DiagnosticsException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Text is a manifest, or each thing that is wrong with it has a code and a place. */
public final class ManifestFuzz {
    private static final ManifestLoader LOADER = new ManifestLoader(name -> name.equals("NAME") ? "value" : null);

    private ManifestFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        String text = new String(input, StandardCharsets.UTF_8);
        try {
            LOADER.parse(Path.of("Torvyn.toml"), text);
        } catch (DiagnosticsException e) {
            e.diagnostics().forEach(finding -> check(finding, text));
        }
    }

    private static void check(Diagnostic finding, String text) {
        if (!finding.code().id().matches("E0\\d{3}") || finding.locations().isEmpty()) {
            throw new AssertionError("no code or no place: " + finding);
        }
        long lines = text.lines().count() + 1;
        for (Diagnostic.Location place : finding.locations()) {
            if (place.line() < 0 || place.line() > lines) {
                throw new AssertionError("not a line of the text: " + finding);
            }
        }
    }
}
