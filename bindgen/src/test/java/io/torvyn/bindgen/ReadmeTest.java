package io.torvyn.bindgen;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Does what README.md says: its WIT, its command, its Java, and what that prints. */
class ReadmeTest {
    private static final Path GUEST = Path.of("../guests/src/main/resources/io/torvyn/guests/shop.wasm");

    @TempDir
    private Path folder;

    @Test
    void contractCommandAndCallWorkAsWritten() throws Exception {
        Path wit = Files.createDirectories(folder.resolve("src/main/wit"));
        Files.writeString(wit.resolve("shop.wit"), block("wit"));
        Path sources = Files.createDirectories(folder.resolve("src/main/java"));
        Files.writeString(sources.resolve("Shopping.java"), block("java"));

        List<String> command = new ArrayList<>(List.of(block("sh").strip().split(" ", -1)));
        assertThat(command.subList(0, 4)).containsExactly("java", "--module-path", "lib", "--module");
        command.set(2, path());
        assertThat(run(command)).startsWith("wrote 3 files to ");

        Path classes = folder.resolve("classes");
        List<String> compile = new ArrayList<>(
                List.of("javac", "-proc:none", "-Xlint:all", "-Werror", "-cp", path(), "-d", classes.toString()));
        try (Stream<Path> files = Files.walk(sources)) {
            files.filter(file -> file.toString().endsWith(".java")).forEach(file -> compile.add(file.toString()));
        }
        assertThat(run(compile)).isEmpty();

        assertThat(run(List.of(
                        "java",
                        "-cp",
                        classes + System.getProperty("path.separator") + path(),
                        "Shopping",
                        GUEST.toAbsolutePath().toString())))
                .isEqualTo(block("text"));
    }

    @Test
    void contractIsTheGuests() throws Exception {
        assertThat(block("wit")).isEqualTo(Files.readString(Path.of("../guests/wit/deps/acme-shop/shop.wit")));
    }

    /** Where this test finds the modules it runs on. */
    private static String path() {
        String modules = System.getProperty("jdk.module.path");
        return modules == null ? System.getProperty("java.class.path") : modules;
    }

    private static String block(String language) throws IOException {
        Matcher matcher = Pattern.compile("(?ms)^```" + language + "\\n(.*?)^```$")
                .matcher(Files.readString(Path.of("README.md")));
        assertThat(matcher.find()).isTrue();
        return matcher.group(1);
    }

    private String run(List<String> command) throws IOException, InterruptedException {
        List<String> found = new ArrayList<>(command);
        found.set(
                0,
                Path.of(System.getProperty("java.home"), "bin", command.getFirst())
                        .toString());
        Process process = new ProcessBuilder(found)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }
}
