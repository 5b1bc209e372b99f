package io.torvyn.linker;

import static org.assertj.core.api.Assertions.assertThat;

import io.torvyn.component.ComponentFile;
import io.torvyn.contracts.Contracts;
import io.torvyn.contracts.WitPackages;
import io.torvyn.guests.Guests;
import io.torvyn.types.Diagnostic;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Components as they are built, and as they would be if their contract were another one. */
class ComponentBinaryTest {
    private static List<String> told(byte[] wasm) {
        return told(new ComponentBinary("c", "c.wasm", ComponentFile.of(wasm, "c.wasm"))
                .findings(List.of(), Optional.empty()));
    }

    private static List<String> told(List<Diagnostic> findings) {
        return findings.stream()
                .map(d -> d.code() + " " + d.message()
                        + (d.expected().isEmpty() ? "" : ": expected " + d.expected() + ", found " + d.found()))
                .toList();
    }

    /** A component for the world {@code component}, with another text for its contract. */
    private static List<String> told(String world, String original, String changed) {
        Map<String, String> texts = new HashMap<>();
        Contracts.sources().forEach((file, text) -> texts.put("deps/" + file, text.replace(original, changed)));
        texts.put("root.wit", "package root:component; world root {" + world + "}");
        WitPackages packages = WitPackages.parse(texts);
        var root = packages.findWorld("root").orElseThrow();
        List<String> imports = new ArrayList<>();
        List<String> exports = new ArrayList<>();
        root.imports().forEach(item -> imports.add(item.name()));
        root.exports().forEach(item -> exports.add(item.name()));
        var file = new ComponentFile(
                0, 1, imports, exports, new ComponentFile.World.Wit(packages), List.of(), List.of(), List.of());
        return told(new ComponentBinary("c", "c.wasm", file).findings(List.of(), Optional.empty()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"copy", "hello-source", "hello-sink", "upper", "unversioned", "file-source"})
    void ourComponentsKeepTheirContract(String guest) {
        assertThat(told(Guests.bytes(guest))).isEmpty();
    }

    /** gaps.md, section 4: toolchains import much of WASI, and that is nobody's mistake. */
    @Test
    void whatToolchainsImportOfWasiIsOfNoAccount() {
        byte[] wasm = Guests.bytes("file-source");
        assertThat(ComponentFile.of(wasm, "").imports()).anyMatch(name -> name.startsWith("wasi:filesystem/"));

        assertThat(told(wasm)).isEmpty();
    }

    @Test
    void aFunctionByAnotherNameIsTheOneThatIsMissing() {
        assertThat(told(renamed(Guests.bytes("copy"), "process", "procezz")))
                .containsExactly(
                        "E0141 component `c` has a function `processor.procezz`, which torvyn:streaming@0.1.0 does not"
                                + " have",
                        "E0123 component `c`: the exported interface `processor` lacks the function `process`, which"
                                + " torvyn:streaming@0.1.0 has");
    }

    @Test
    void aFieldByAnotherNameMakesAnotherType() {
        assertThat(told(renamed(Guests.bytes("copy"), "sequence", "sequenzz")))
                .containsExactly(
                        "E0106 component `c`: `types.element-meta.sequenzz` is not what torvyn:streaming@0.1.0 says:"
                                + " expected sequence, found sequenzz");
    }

    /** In a binary, such a name stands with its length before it. */
    private static byte[] renamed(byte[] wasm, String from, String to) {
        byte[] wanted = from.getBytes(StandardCharsets.UTF_8);
        byte[] changed = to.getBytes(StandardCharsets.UTF_8);
        byte[] out = wasm.clone();
        for (int i = 1; i + wanted.length <= out.length; i++) {
            if (out[i - 1] == wanted.length && Arrays.equals(out, i, i + wanted.length, wanted, 0, wanted.length)) {
                System.arraycopy(changed, 0, out, i, changed.length);
            }
        }
        return out;
    }

    @Test
    void givingAwayWhatTheContractLendsIsAnotherContract() {
        assertThat(told("export torvyn:streaming/processor@0.1.0;", "payload: borrow<buffer>,", "payload: buffer,"))
                .containsExactly(
                        "E0144 component `c`: `types.stream-element.payload` gives away what torvyn:streaming@0.1.0"
                                + " lends, or the other way round: expected borrow<buffer>, found buffer");
    }

    @Test
    void typesAreComparedPartByPart() {
        assertThat(told("export torvyn:streaming/processor@0.1.0;", "sequence: u64", "sequence: u32"))
                .containsExactly("E0106 component `c`: `types.element-meta.sequence` is not what torvyn:streaming@0.1.0"
                        + " says: expected u64, found u32");
        assertThat(told("export torvyn:streaming/processor@0.1.0;", "fatal(string),", ""))
                .containsExactly("E0106 component `c` lacks the case `types.process-error.fatal`, which"
                        + " torvyn:streaming@0.1.0 has: expected fatal(string), found no such case");
        assertThat(told("export torvyn:streaming/processor@0.1.0;", "process: func(input:", "process: func(element:"))
                .containsExactly("E0106 component `c`: `processor.process.element` is not what torvyn:streaming@0.1.0"
                        + " says: expected input, found element");
    }

    @Test
    void anImportMayHaveLessThanTheContractAndNotMore() {
        assertThat(told("export torvyn:streaming/processor@0.1.0;", "read-all: func() -> list<u8>;", ""))
                .isEmpty();
        assertThat(told(
                        "import torvyn:streaming/types@0.1.0; export torvyn:streaming/processor@0.1.0;",
                        "read-all: func() -> list<u8>;",
                        "read-all: func() -> list<u8>; rest: func() -> list<u8>;"))
                .containsExactly("E0141 component `c` has a function `types.buffer.rest`, which torvyn:streaming@0.1.0"
                        + " does not have");
    }

    @Test
    void whatIsNotPartOfTheContractHasNoProvider() {
        assertThat(told(
                        "import torvyn:streaming/clock@0.1.0; export torvyn:streaming/processor@0.1.0;",
                        "interface processor {",
                        "interface clock { now: func() -> u64; }\ninterface processor {"))
                .containsExactly("E0142 component `c` has an interface `clock`, which torvyn:streaming@0.1.0 does not"
                        + " have");
    }

    @Test
    void anotherVersionOfTheContractIsAnotherContract() {
        assertThat(told("export torvyn:streaming/processor@0.2.0;", "@0.1.0", "@0.2.0"))
                .contains("E0103 component `c` was built for torvyn:streaming@0.2.0; this build runs"
                        + " torvyn:streaming@0.1.0: expected torvyn:streaming@0.1.0, found torvyn:streaming@0.2.0");
    }
}
