package io.torvyn.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.torvyn.types.Diagnostic;
import io.torvyn.types.DiagnosticsException;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever stands in the file, the answer is a manifest or an error with a code and a place. */
class HostileManifestTest {
    private static final int ROUNDS = 600;
    private static final String SPECIAL = "[]{}=.,\"'\\#\n\r\t -_:$?0aeE+é𝒳\u0000\ufeff";

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void aSpoiledManifestIsReadOrRefused(long seed) {
        Random random = new Random(seed);
        int refused = 0;
        for (int round = 0; round < ROUNDS; round++) {
            String text = spoiled(round % 2 == 0 ? Manifests.PIPELINE : Manifests.EVERYTHING, random);
            try {
                Manifests.parse(text);
            } catch (DiagnosticsException e) {
                refused++;
                assertThat(e.diagnostics()).isNotEmpty().allSatisfy(HostileManifestTest::hasCodeAndPlace);
            }
        }
        assertThat(refused).isBetween(ROUNDS / 2, ROUNDS);
    }

    static Stream<String> huge() {
        int size = ManifestLoader.MAX_BYTES;
        return Stream.of(
                "a = " + "[".repeat(size - 4),
                "a = " + "{a=".repeat(size / 3 - 2),
                "a" + ".a".repeat(size / 2 - 4) + " = 1",
                "[" + "a.".repeat(size / 2 - 2) + "a]",
                "[[a]]\n".repeat(size / 6),
                "[[component]]\n".repeat(size / 14),
                "a=1\n".repeat(size / 4),
                "x = \"" + "${".repeat(size / 2 - 4) + "\"",
                "x = \"" + "${A}".repeat(size / 4 - 4) + "\"",
                "k".repeat(size - 5) + " = 1",
                "[torvyn]\nname = \"" + "n".repeat(size - 20) + "\"",
                "[torvyn]\nversion = \"" + "1.".repeat(size / 2 - 20) + "\"",
                Manifests.TORVYN + "authors = [" + "\"a\",".repeat(size / 4 - 40) + "]",
                Manifests.TORVYN + "authors = [" + "1,".repeat(size / 2 - 60) + "]",
                Manifests.TORVYN + "authors = [" + "\n".repeat(size - 200) + "]",
                "\n".repeat(size),
                "#\n".repeat(size / 2),
                "a={"
                        + IntStream.range(0, size / 10)
                                .mapToObj(i -> "k" + i + "=1")
                                .collect(Collectors.joining(",")) + "}",
                IntStream.range(0, size / 10).mapToObj(i -> "k" + i + "=1\n").collect(Collectors.joining()),
                "\"\"\"".repeat(size / 3));
    }

    @ParameterizedTest(name = "{index}")
    @MethodSource("huge")
    @Timeout(60)
    void aHugeManifestIsReadOrRefusedInTime(String text) {
        assertThatCode(() -> {
                    try {
                        Manifests.parse(text);
                    } catch (DiagnosticsException e) {
                        assertThat(e.diagnostics()).allSatisfy(HostileManifestTest::hasCodeAndPlace);
                    }
                })
                .doesNotThrowAnyException();
    }

    private static void hasCodeAndPlace(Diagnostic finding) {
        assertThat(finding.code().id()).matches("E0(70[1-7]|205)");
        assertThat(finding.help()).isNotEmpty();
        assertThat(finding.message()).hasSizeLessThan(2000);
        assertThat(finding.locations()).hasSize(1);
        assertThat(finding.locations().getFirst().file()).isEqualTo("Torvyn.toml");
    }

    private static String spoiled(String text, Random random) {
        StringBuilder spoiled = new StringBuilder(text);
        for (int i = 0; i <= random.nextInt(3); i++) {
            int at = random.nextInt(spoiled.length());
            int other = random.nextInt(spoiled.length());
            switch (random.nextInt(6)) {
                case 0 -> spoiled.deleteCharAt(at);
                case 1 -> spoiled.insert(at, SPECIAL.charAt(random.nextInt(SPECIAL.length())));
                case 2 -> spoiled.setCharAt(at, SPECIAL.charAt(random.nextInt(SPECIAL.length())));
                case 3 -> spoiled.delete(Math.min(at, other), Math.min(Math.min(at, other) + 40, spoiled.length()));
                case 4 -> spoiled.insert(at, spoiled.substring(other, Math.min(other + 60, spoiled.length())));
                default -> spoiled.setLength(Math.max(1, at));
            }
        }
        return spoiled.toString();
    }
}
