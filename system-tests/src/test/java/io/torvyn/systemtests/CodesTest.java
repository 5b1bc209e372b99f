package io.torvyn.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import io.torvyn.types.ErrorCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every code has a test that speaks of it; docs/codes.md has those without one, and why. */
class CodesTest {
    private static final Pattern ROW = Pattern.compile("(?m)^\\| ([EW][0-9]{4})((?:, [EW][0-9]{4})*) ");

    private static String tests() throws IOException {
        StringBuilder all = new StringBuilder();
        for (String module : SourceTree.modules()) {
            Path folder = SourceTree.ROOT.resolve(module).resolve("src/test");
            if (!Files.isDirectory(folder)) {
                continue;
            }
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.filter(path -> path.toString().endsWith(".java")
                                || path.toString().endsWith(".txt"))
                        .toList()) {
                    all.append(Files.readString(file, StandardCharsets.UTF_8)).append('\n');
                }
            }
        }
        return all.toString();
    }

    @Test
    void codesWithoutATestAreListedWithTheReason() throws IOException {
        String tests = tests();
        List<String> untested = Arrays.stream(ErrorCode.values())
                .filter(code -> !tests.contains(code.id())
                        && !Pattern.compile("ErrorCode\\." + code.name() + "\\b")
                                .matcher(tests)
                                .find())
                .map(ErrorCode::id)
                .toList();
        List<String> listed = ROW.matcher(Files.readString(SourceTree.ROOT.resolve("docs/codes.md")))
                .results()
                .flatMap(row -> Stream.of((row.group(1) + row.group(2)).split(", ", -1)))
                .toList();

        assertThat(listed).containsAll(untested);
        assertThat(Arrays.stream(ErrorCode.values())
                        .map(ErrorCode::id)
                        .filter(listed::contains)
                        .filter(code -> !untested.contains(code)))
                .as("listed, and tested all the same")
                .isEmpty();
    }
}
