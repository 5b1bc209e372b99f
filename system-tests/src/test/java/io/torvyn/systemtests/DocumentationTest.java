package io.torvyn.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the documentation names is there. */
class DocumentationTest {
    private static final Pattern CODE_BLOCK = Pattern.compile("(?ms)^```.*?^```");
    private static final Pattern QUOTED = Pattern.compile("`([^`\n]+)`");
    /** A class, perhaps with the classes it is nested in before it and a member behind it. */
    private static final Pattern CLASS =
            Pattern.compile("[A-Z][A-Za-z0-9]*[a-z][A-Za-z0-9]*(?:\\.[A-Z][A-Za-z0-9]*[a-z][A-Za-z0-9]*)*");

    private static final Pattern DECLARED =
            Pattern.compile("\\b(?:class|interface|record|enum|@interface)\\s+([A-Z][A-Za-z0-9]*)");

    private static final Set<String> declared = new TreeSet<>();
    private static final Set<String> packages = new TreeSet<>();

    @BeforeAll
    static void readTheSources() throws IOException {
        for (String module : SourceTree.modules()) {
            try (Stream<Path> files = Files.walk(SourceTree.ROOT.resolve(module).resolve("src"))) {
                for (Path file :
                        files.filter(path -> path.toString().endsWith(".java")).toList()) {
                    String source = Files.readString(file);
                    DECLARED.matcher(source).results().forEach(found -> declared.add(found.group(1)));
                    Pattern.compile("(?m)^package ([a-z.]+);")
                            .matcher(source)
                            .results()
                            .forEach(found -> packages.add(found.group(1)));
                }
            }
        }
        assertThat(declared).contains("FlowDriver", "ErrorCode");
    }

    private static boolean isOfTheJdk(String name) {
        return Stream.of(
                        "java.lang.",
                        "java.util.",
                        "java.util.concurrent.",
                        "java.lang.invoke.",
                        "java.nio.file.",
                        "java.io.",
                        "java.lang.classfile.",
                        "java.lang.foreign.",
                        "java.util.function.",
                        "java.time.")
                .anyMatch(prefix -> {
                    try {
                        Class.forName(prefix + name, false, DocumentationTest.class.getClassLoader());
                        return true;
                    } catch (ClassNotFoundException e) {
                        return false;
                    }
                });
    }

    @ParameterizedTest
    @ValueSource(strings = {"README.md", "docs/ARCHITECTURE.md"})
    void everyClassFolderAndFileThatIsNamedExists(String page) throws IOException {
        String text = CODE_BLOCK
                .matcher(Files.readString(SourceTree.ROOT.resolve(page)))
                .replaceAll("");
        Set<String> missing = new TreeSet<>();
        QUOTED.matcher(text).results().map(found -> found.group(1)).forEach(quoted -> {
            String name = quoted.replaceAll("[.#(<].*$|\\(.*$", "");
            if (quoted.matches("io\\.torvyn(\\.[a-z]+)+")) {
                if (!packages.contains(quoted)) {
                    missing.add(quoted);
                }
            } else if (quoted.contains("/") && SourceTree.modules().contains(quoted.split("/")[0])) {
                if (!Files.exists(SourceTree.ROOT.resolve(quoted))) {
                    missing.add(quoted);
                }
            } else if (quoted.matches("[a-z-]+/")) {
                if (!Files.exists(SourceTree.ROOT.resolve(quoted))) {
                    missing.add(quoted);
                }
            } else if (CLASS.matcher(name).matches() && name.matches("(?s)[A-Z].*[a-z].*[A-Z].*|[A-Z][a-z]+")) {
                if (!declared.contains(name) && !isOfTheJdk(name)) {
                    missing.add(quoted);
                }
            }
        });
        missing.addAll(modulesThatAreNone(text));
        assertThat(missing).as("named in %s, but in no source", page).isEmpty();
    }

    /** What stands in a column called module. */
    private static Set<String> modulesThatAreNone(String text) {
        Set<String> none = new TreeSet<>();
        int column = -1;
        for (String line : text.lines().toList()) {
            List<String> cells = List.of(line.split("\\|"));
            if (!line.startsWith("|")) {
                column = -1;
            } else if (column < 0) {
                column = cells.stream().map(String::strip).toList().indexOf("module");
            } else if (column < cells.size()) {
                QUOTED.matcher(cells.get(column))
                        .results()
                        .map(found -> found.group(1))
                        .filter(name -> !SourceTree.modules().contains(name) && !packages.contains("io.torvyn." + name))
                        .forEach(none::add);
            }
        }
        return none;
    }
}
