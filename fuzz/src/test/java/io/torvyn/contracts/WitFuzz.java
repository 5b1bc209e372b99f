package io.torvyn.contracts;

import io.torvyn.types.Diagnostic;
import io.torvyn.types.DiagnosticsException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/**
 * Text is WIT, beside a package that it may use, and what is printed of it is WIT again and says the same; or each thing
 * that is wrong with it has a code and a place.
 */
public final class WitFuzz {
    private static final String USABLE = """
            package wasi:io@0.2.0;
            interface error { resource error { to-debug-string: func() -> string; } }
            interface streams { use error.{error}; resource input-stream; variant stream-error { closed, failed(error) } }
            """;

    private WitFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        Map<String, String> texts = new TreeMap<>();
        texts.put("deps/io/io.wit", USABLE);
        texts.put("it.wit", new String(input, StandardCharsets.UTF_8));
        try {
            String printed = WitPackages.parse(texts).text();
            if (!WitPackages.parse(Map.of("printed.wit", printed)).text().equals(printed)) {
                throw new AssertionError("printed again it is something else: " + printed);
            }
        } catch (DiagnosticsException e) {
            e.diagnostics().forEach(finding -> check(finding, texts));
        }
    }

    private static void check(Diagnostic finding, Map<String, String> texts) {
        Diagnostic.Location place = finding.locations().getFirst();
        String text = texts.get(place.file());
        if (!finding.code().id().startsWith("E010") || text == null) {
            throw new AssertionError("no code of WIT, or of another file: " + finding);
        }
        String[] lines = text.split("\n", -1);
        if (place.line() < 1
                || place.line() > lines.length
                || place.column() < 1
                || place.column() > lines[place.line() - 1].codePoints().count() + 1) {
            throw new AssertionError("not a place in the text: " + finding);
        }
    }
}
