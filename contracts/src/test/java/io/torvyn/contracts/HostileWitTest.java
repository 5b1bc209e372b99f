package io.torvyn.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.torvyn.types.Diagnostic;
import io.torvyn.types.DiagnosticsException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever the input, there is an answer: packages, or findings with a code and a place. */
@Timeout(60)
class HostileWitTest {
    private static final String PREFIX = "package t:p;\n";

    @TempDir
    Path folder;

    /** True when it is WIT. */
    private static boolean answers(Map<String, String> texts) {
        try {
            WitPackages.parse(texts);
            return true;
        } catch (DiagnosticsException e) {
            for (Diagnostic finding : e.diagnostics()) {
                Diagnostic.Location place = finding.locations().getFirst();
                assertThat(finding.code().id()).startsWith("E010");
                assertThat(finding.help()).isNotEmpty();
                assertThat(texts).containsKey(place.file());
                String[] lines = texts.get(place.file()).split("\n", -1);
                assertThat(place.line()).isBetween(1, lines.length);
                String line = lines[place.line() - 1];
                assertThat(place.column()).isBetween(1, line.codePointCount(0, line.length()) + 1);
            }
            return false;
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            return fail("neither packages nor findings for " + texts, e);
        }
    }

    private static Map<String, String> with(String file, String text) {
        Map<String, String> texts = new TreeMap<>(Contracts.sources());
        texts.put(file, text);
        return texts;
    }

    @Test
    void everyTruncationOfOurContractsIsAnswered() {
        int accepted = 0;
        for (Map.Entry<String, String> file : Contracts.sources().entrySet()) {
            for (int length = 0; length < file.getValue().length(); length += 17) {
                accepted += answers(with(file.getKey(), file.getValue().substring(0, length))) ? 1 : 0;
            }
        }
        assertThat(accepted).isPositive();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void everyDamageToOurContractsIsAnswered(long seed) {
        Random random = new Random(seed);
        List<Map.Entry<String, String>> files = List.copyOf(Contracts.sources().entrySet());
        String pieces = "{}()<>,;:.@/%-_\"\\ \n\t\0\u202e/*abfX019";
        int refused = 0;
        for (int round = 0; round < 250; round++) {
            Map.Entry<String, String> file = files.get(random.nextInt(files.size()));
            StringBuilder text = new StringBuilder(file.getValue());
            for (int damages = random.nextInt(3); damages >= 0; damages--) {
                int at = random.nextInt(text.length() - 40);
                switch (random.nextInt(4)) {
                    case 0 -> text.setCharAt(at, pieces.charAt(random.nextInt(pieces.length())));
                    case 1 -> text.insert(at, pieces.charAt(random.nextInt(pieces.length())));
                    case 2 -> text.delete(at, at + random.nextInt(40));
                    default -> {
                        int from = random.nextInt(text.length() - 40);
                        text.insert(at, text.substring(from, from + random.nextInt(40)));
                    }
                }
            }
            refused += answers(with(file.getKey(), text.toString())) ? 0 : 1;
        }
        assertThat(refused).isGreaterThan(100);
    }

    @ParameterizedTest
    @ValueSource(longs = {5, 6})
    void everyFlippedByteInAFileIsAnswered(long seed) throws IOException {
        Random random = new Random(seed);
        byte[] bytes = Contracts.sources().get("torvyn-streaming/types.wit").getBytes(StandardCharsets.UTF_8);
        Path file = folder.resolve("types.wit");
        for (int round = 0; round < 250; round++) {
            byte[] damaged = bytes.clone();
            damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
            Files.write(file, damaged);
            try {
                WitPackages.load(file);
            } catch (DiagnosticsException e) {
                assertThat(e.failure().code().id()).startsWith("E010");
            }
        }
    }

    @Test
    void tokensInAnyOrderAreAnswered() {
        List<String> tokens = new ArrayList<>(List.of(
                "package",
                "use",
                "interface",
                "world",
                "import",
                "export",
                "include",
                "with",
                "as",
                "func",
                "async",
                "static",
                "constructor",
                "resource",
                "record",
                "variant",
                "enum",
                "flags",
                "type",
                "list",
                "option",
                "result",
                "tuple",
                "borrow",
                "own",
                "stream",
                "map",
                "future",
                "error-context",
                "async",
                "u8",
                "string",
                "a",
                "b",
                "a:b",
                "a:b/c",
                "1.0.0",
                "@1.0.0",
                "@since(version = 1.0.0)",
                "@unstable(feature = a)",
                "{",
                "}",
                "(",
                ")",
                "<",
                ">",
                ",",
                ";",
                ":",
                ".",
                "=",
                "->",
                "_",
                "/",
                "*",
                "\"a\"",
                "/// d\n",
                "%type"));
        Random random = new Random(7);
        for (int round = 0; round < 5_000; round++) {
            StringBuilder text = new StringBuilder("package t:p@1.0.0; interface a { type b = u8; } ");
            for (int i = random.nextInt(30); i >= 0; i--) {
                text.append(tokens.get(random.nextInt(tokens.size()))).append(random.nextInt(4) == 0 ? "" : " ");
            }
            answers(Map.of("t.wit", text.toString()));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"list<", "option<", "result<", "result<_, ", "tuple<", "stream<", "map<u8, "})
    void deepNestingIsRefused(String opening) {
        String text = PREFIX + "interface i { type t = " + opening.repeat(100_000) + "u8; }";

        assertThat(Wit.refused(text).message()).isEqualTo("types are nested more than 100 deep here");
        assertThat(Wit.refused(PREFIX + "/*".repeat(400_000)).message()).isEqualTo("this comment does not end");
    }

    @Test
    void aNestingOfNinetyIsFine() {
        assertThat(Wit.inInterface("type t = " + "list<".repeat(90) + "u8" + ">".repeat(90) + ";")
                        .type("t"))
                .isPresent();
    }

    @Test
    void longChainsOfDefinitionsAreRefusedInWhateverOrderTheyStand() {
        StringBuilder forward = new StringBuilder();
        StringBuilder backward = new StringBuilder("type t20000 = u8;");
        for (int i = 0; i < 20_000; i++) {
            forward.append("type t%d = t%d;".formatted(i, i + 1));
            backward.append("type t%d = t%d;".formatted(19_999 - i, 20_000 - i));
        }

        assertThat(Wit.refused(PREFIX + "interface i {" + forward + "type t20000 = u8;}")
                        .message())
                .contains("more than 100 deep");
        assertThat(Wit.refused(PREFIX + "interface i {" + backward + "}").message())
                .contains("more than 100 deep");
    }

    @Test
    void longChainsOfInterfacesAndWorldsAreRefused() {
        StringBuilder forward = new StringBuilder(PREFIX);
        StringBuilder backward = new StringBuilder(PREFIX + "interface i9000 { type t = u8; }");
        StringBuilder worlds = new StringBuilder(PREFIX);
        for (int i = 0; i < 9_000; i++) {
            forward.append("interface i%d { use i%d.{t}; }".formatted(i, i + 1));
            backward.append("interface i%d { use i%d.{t}; }".formatted(8_999 - i, 9_000 - i));
            worlds.append("world w%d { include w%d; }".formatted(i, i + 1));
        }

        assertThat(Wit.refused(forward + "interface i9000 { type t = u8; }").message())
                .contains("more than 100 deep");
        assertThat(Wit.refused(backward + "world w { import i0; }").message()).contains("more than 100 deep");
        assertThat(Wit.refused(worlds + "world w9000 {}").message()).contains("more than 100 deep");
    }

    @Test
    void typesThatDoubleWithEachLineAreRefused() {
        StringBuilder text = new StringBuilder(PREFIX + "interface i { type t0 = u8;");
        for (int i = 1; i < 60; i++) {
            text.append("record t%d { a: t%d, b: t%d }".formatted(i, i - 1, i - 1));
        }

        assertThat(Wit.refused(text + "}").message()).contains("more than 65536 parts");
    }

    @Test
    void worldsThatGrowWithTheSquareAreRefused() {
        StringBuilder text = new StringBuilder(PREFIX);
        for (int i = 0; i < 5_000; i++) {
            text.append("interface i%d {}".formatted(i));
        }
        text.append("world all {");
        for (int i = 0; i < 5_000; i++) {
            text.append("import i%d;".formatted(i));
        }
        text.append("}");
        for (int i = 0; i < 5_000; i++) {
            text.append("world w%d { include all; }".formatted(i));
        }

        assertThat(Wit.refused(text.toString()).message()).contains("more than 1000000 things");
    }

    @Test
    void manyFindingsAreCutShort() {
        StringBuilder text = new StringBuilder(PREFIX);
        for (int i = 0; i < 20_000; i++) {
            text.append("interface i%d { type t = x; }\n".formatted(i));
        }

        assertThatCode(() -> WitPackages.parse(Map.of("t.wit", text.toString())))
                .isInstanceOfSatisfying(DiagnosticsException.class, e -> assertThat(e.diagnostics())
                        .hasSize(100));
    }

    @Test
    void filesThatAreTooLargeAreRefusedUnread() throws IOException {
        Files.writeString(folder.resolve("large.wit"), " ".repeat(WitPackages.MAX_FILE + 1));

        assertThatCode(() -> WitPackages.load(folder))
                .hasMessageContaining("E0100")
                .hasMessageContaining("more than 1048576 bytes");
        for (int i = 0; i < 5; i++) {
            Files.writeString(folder.resolve("large.wit"), " ".repeat(WitPackages.MAX_FILE));
            Files.copy(folder.resolve("large.wit"), folder.resolve("large" + i + ".wit"));
        }
        assertThatCode(() -> WitPackages.load(folder)).hasMessageContaining("more than 4194304 bytes");
    }

    @Test
    void theLargestFileIsReadInAMoment() {
        StringBuilder text = new StringBuilder(PREFIX + "interface i { enum e {");
        for (int i = 0; text.length() < WitPackages.MAX_FILE - 20; i++) {
            text.append("a").append(i).append(',');
        }

        assertTimeoutPreemptively(Duration.ofSeconds(30), () -> WitPackages.parse(Map.of("t.wit", text + "}}")));
    }
}
