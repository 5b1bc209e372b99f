package io.torvyn.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The scripts of {@code torvyn completions}, as the shells themselves understand them. */
class CompletionTest {
    private static final List<CommandModel> MODELS = CommandModel.all();

    @TempDir
    private Path directory;

    @BeforeEach
    void aProjectWithTwoFlows() throws IOException {
        Files.writeString(
                directory.resolve("Torvyn.toml"),
                "[flow.main]\n[flow.main.nodes.in]\n[[flow.main.edges]]\n[flow.second]\n[runtime]\n");
        Files.createDirectories(directory.resolve("components"));
        Files.createFile(directory.resolve("with space.wasm"));
        for (Shell shell : Shell.values()) {
            Files.writeString(directory.resolve("script." + shell), shell.script(MODELS));
        }
    }

    /** What bash offers after these words; a word that is empty is yet to be written. */
    private List<String> bash(String... words) {
        String line =
                String.join(" ", Stream.of(words).map(word -> "'" + word + "'").toList());
        return Programs.lines(
                directory,
                "bash",
                "--norc",
                "-c",
                "source script.bash; COMP_WORDS=(torvyn " + line + "); COMP_CWORD=" + words.length
                        + "; _torvyn; printf '%s\\n' \"${COMPREPLY[@]}\"");
    }

    private List<String> fish(String line) {
        return Programs.lines(directory, "fish", "--no-config", "-c", "source script.fish; complete -C '" + line + "'")
                .stream()
                .map(offered -> offered.replaceAll("\t.*", ""))
                .toList();
    }

    @Test
    void bashCompletesCommandsOptionsValuesFlowsAndFiles() {
        assertThat(bash("")).contains("run", "link", "inspect", "completions", "help");
        assertThat(bash("li")).containsExactly("link");
        assertThat(bash("--format", "json", "ru")).containsExactly("run");
        assertThat(bash("--format=json", "ru")).containsExactly("run");
        assertThat(bash("run", "--lim")).containsExactly("--limit");
        assertThat(bash("run", "--format", "")).containsExactly("human", "json");
        assertThat(bash("run", "--format", "=", "j")).containsExactly("json");
        assertThat(bash("run", "--flow", "")).containsExactly("main", "second");
        assertThat(bash("link", "sec")).containsExactly("second");
        assertThat(bash("inspect", "with")).containsExactly("with space.wasm");
        assertThat(bash("inspect", "--show", "inter")).containsExactly("interfaces");
        assertThat(bash("link", "--components", "")).containsExactly("components");
        assertThat(bash("completions", "z")).containsExactly("zsh");
        assertThat(bash("help", "insp")).containsExactly("inspect");
        assertThat(bash("run", "--limit", "")).containsExactly("");
    }

    @Test
    void fishCompletesCommandsOptionsValuesFlowsAndFiles() {
        assumeTrue(Programs.isThere("fish"), "fish is not installed");

        assertThat(fish("torvyn li")).containsExactly("link");
        assertThat(fish("torvyn run --lim")).containsExactly("--limit");
        assertThat(fish("torvyn run --format j")).containsExactly("json");
        assertThat(fish("torvyn run --flow ")).containsExactly("main", "second");
        assertThat(fish("torvyn link sec")).containsExactly("second");
        assertThat(fish("torvyn inspect wi")).containsExactly("with space.wasm");
        assertThat(fish("torvyn completions z")).containsExactly("zsh");
    }

    @Test
    void zshUnderstandsItsScript() {
        assumeTrue(Programs.isThere("zsh"), "zsh is not installed");

        assertThat(Programs.lines(directory, "zsh", "-f", "-n", "script.zsh")).isEmpty();
        assertThat(Programs.lines(
                        directory,
                        "zsh",
                        "-f",
                        "-c",
                        "autoload -U compinit; compinit -D -u; source script.zsh; print $_comps[torvyn]"))
                .containsExactly("_torvyn");
    }

    @ParameterizedTest
    @EnumSource
    void everyScriptKnowsEveryCommandAndOption(Shell shell) {
        String script = shell.script(MODELS);
        for (CommandModel command : MODELS) {
            assertThat(script).contains(command.name());
            for (CommandModel.Option option : command.options()) {
                String longest = option.names().getLast();
                assertThat(script).contains(shell == Shell.fish ? " -l " + longest.substring(2) : longest);
            }
        }
    }
}
