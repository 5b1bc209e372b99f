package io.torvyn.engine.endive;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The code in the README of the component module compiles, and prints what stands there. */
class ComponentReadmeTest {
    private static final Path COMPONENT = Path.of("../component");
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```[a-z]*\n(.*?)^```$");

    @TempDir
    private Path folder;

    @Test
    void theExamplePrintsWhatThePageSays() throws IOException, InterruptedException {
        List<String> blocks = BLOCK.matcher(Files.readString(COMPONENT.resolve("README.md")))
                .results()
                .map(block -> block.group(1))
                .toList();
        Files.writeString(folder.resolve("Example.java"), blocks.getFirst());
        for (String component : List.of("adder.wasm", "calculator.wasm")) {
            Files.copy(COMPONENT.resolve("src/test/fixtures/valid").resolve(component), folder.resolve(component));
        }

        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(sameModules());
        command.add("Example.java");
        Process java = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        String printed = new String(java.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(java.waitFor()).as(printed).isEqualTo(0);
        assertThat(printed).isEqualTo(blocks.get(1));
    }

    /** Those that this test itself runs with. */
    private static List<String> sameModules() {
        String modulePath = System.getProperty("jdk.module.path", "");
        return modulePath.isEmpty()
                ? List.of("-cp", absolute(System.getProperty("java.class.path")))
                : List.of("--module-path", absolute(modulePath), "--add-modules", "io.torvyn.engine.endive");
    }

    private static String absolute(String path) {
        return Stream.of(path.split(File.pathSeparator))
                .map(entry -> Path.of(entry).toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator));
    }
}
