package io.torvyn.config;

import io.torvyn.types.Diagnostic;
import io.torvyn.types.DiagnosticsException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Text is a manifest, or each thing that is wrong with it has a code and a place. Behind a form feed stand variables of the
 * environment without their prefix, and behind another options, one a line.
 */
public final class ManifestFuzz {
    /** Of lines that stand for variables or options; no command line has thousands that are all misspelt. */
    private static final int MOST = 8;

    private ManifestFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        String[] parts = new String(input, StandardCharsets.UTF_8).split("\f", 3);
        String text = parts[0];
        Map<String, String> variables = new HashMap<>(Map.of("NAME", "value"));
        if (parts.length > 1) {
            parts[1].lines().limit(MOST).forEach(line -> {
                int equals = line.indexOf('=');
                variables.put("TORVYN_" + line.substring(0, Math.max(0, equals)), line.substring(equals + 1));
            });
        }
        List<String> options = parts.length > 2 ? parts[2].lines().limit(MOST).toList() : List.of();
        var layers = new Layers(Optional.empty(), variables, options);
        try {
            new ManifestLoader(layers).parse(Path.of("Torvyn.toml"), text);
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
