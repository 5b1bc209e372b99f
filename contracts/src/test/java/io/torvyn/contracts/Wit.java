package io.torvyn.contracts;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.torvyn.types.Diagnostic;
import io.torvyn.types.DiagnosticsException;
import java.util.Map;

/** WIT written down in tests. */
final class Wit {
    private Wit() {}

    /** One file of package {@code t:p}. */
    static WitPackages parse(String items) {
        return WitPackages.parse(Map.of("t.wit", "package t:p;\n" + items));
    }

    /** The contents of interface {@code t:p/i}. */
    static WitInterface inInterface(String items) {
        return parse("interface i {\n" + items + "\n}").findInterface("t:p/i").orElseThrow();
    }

    static WitWorld world(String items, String name) {
        return parse(items).findWorld(name).orElseThrow();
    }

    /** The first finding about a text that is not WIT. */
    static Diagnostic refused(String text) {
        return refused(Map.of("t.wit", text));
    }

    static Diagnostic refused(Map<String, String> texts) {
        assertThatThrownBy(() -> WitPackages.parse(texts)).isInstanceOf(DiagnosticsException.class);
        return catchThrowableOfType(DiagnosticsException.class, () -> WitPackages.parse(texts))
                .diagnostics()
                .getFirst();
    }

    /** {@code E0100 t.wit:3:7 message}. */
    static String brief(Diagnostic finding) {
        return finding.code() + " " + finding.locations().getFirst() + " " + finding.message();
    }
}
