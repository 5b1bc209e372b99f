package io.torvyn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is written of the commands is what they are. {@code -DupdateDocs=true} writes docs/commands.md anew. */
class CommandPagesTest {
    private static final Path PAGE = Path.of(System.getProperty("basedir", "."))
            .resolve("../docs/commands.md")
            .normalize();

    private final List<CommandModel> models = CommandModel.all();

    String page() {
        return """
                # Commands

                What `torvyn --help` and `torvyn help COMMAND` say, on one page. It is made from the commands themselves, and so
                are the manual pages of a distribution and the scripts of `torvyn completions`.

                ## Exit codes

                | code | meaning |
                |---|---|
                | %d | it worked |
                | %d | the command failed: a pipeline that broke while it ran, a component that does not link, an internal error |
                | %d | usage, configuration, files, or anything else found before the first element |
                | %d | the environment lacks something |
                | %d, %d | interrupted by SIGINT, by SIGTERM |
                | %d | nobody reads any more what a program writes |

                Where a command says something else, that holds.

                ## Options of every command

                They may stand before the command or behind it.

                """.formatted(
                                ExitCode.SUCCESS,
                                ExitCode.FAILED,
                                ExitCode.INVALID,
                                ExitCode.ENVIRONMENT,
                                ExitCode.INTERRUPTED,
                                ExitCode.TERMINATED,
                                ExitCode.BROKEN_PIPE)
                + options(models.getFirst().options())
                + models.stream().skip(1).map(this::section).collect(Collectors.joining());
    }

    private String section(CommandModel command) {
        var text = new StringBuilder("\n## torvyn " + command.name() + "\n\n" + command.description() + "\n\n```\n"
                + command.synopsis() + "\n```\n");
        command.notes().forEach(note -> text.append('\n').append(note).append('\n'));
        var own = command.options().stream()
                .filter(option -> models.getFirst().options().stream()
                        .noneMatch(global -> global.names().equals(option.names())))
                .toList();
        if (!command.arguments().isEmpty()) {
            text.append("\n| argument | |\n|---|---|\n");
            command.arguments()
                    .forEach(argument -> text.append("| `%s` | %s |\n"
                            .formatted(argument.label().replace("|", "\\|"), cell(argument.description()))));
        }
        if (!own.isEmpty()) {
            text.append('\n').append(options(own));
        }
        if (!command.exitCodes().isEmpty()) {
            text.append("\nExit codes: ").append(command.exitCodes()).append('\n');
        }
        return text.toString();
    }

    private static String options(List<CommandModel.Option> options) {
        return "| option | |\n|---|---|\n"
                + options.stream()
                        .map(option -> "| %s | %s |\n"
                                .formatted(
                                        option.names().stream()
                                                .map(name -> "`" + name + (option.isFlag() ? "" : " " + option.label())
                                                        + "`")
                                                .collect(Collectors.joining(", ")),
                                        cell(option.description())))
                        .collect(Collectors.joining());
    }

    private static String cell(String text) {
        return text.replace("|", "\\|");
    }

    @Test
    void thePageOfTheCommandsSaysWhatTheyAre() throws IOException {
        if (Boolean.getBoolean("updateDocs")) {
            Files.writeString(PAGE, page());
        }
        assertThat(Files.readString(PAGE)).isEqualTo(page());
    }

    @Test
    void everyCommandSaysItsExitCodes() {
        assertThat(models.stream().skip(1).filter(command -> !command.name().equals("help")))
                .allSatisfy(command ->
                        assertThat(command.exitCodes()).as(command.name()).contains("0 "));
    }

    @Test
    void everyOptionAndArgumentIsExplained() {
        assertThat(models).allSatisfy(command -> {
            assertThat(command.description()).as(command.name()).endsWith(".");
            assertThat(command.options()).allSatisfy(option -> assertThat(option.description())
                    .as(option.names().toString())
                    .isNotBlank());
            assertThat(command.arguments()).allSatisfy(argument -> assertThat(argument.description())
                    .as(argument.label())
                    .isNotBlank());
        });
    }

    @Test
    void aManualPageHasItsSections() {
        String run = models.stream()
                .filter(model -> model.name().equals("run"))
                .map(model -> ManualPages.page(model, models, "2026-01-01"))
                .findFirst()
                .orElseThrow();

        assertThat(run.lines().filter(line -> line.startsWith(".SH")))
                .containsExactly(
                        ".SH NAME",
                        ".SH SYNOPSIS",
                        ".SH DESCRIPTION",
                        ".SH ARGUMENTS",
                        ".SH OPTIONS",
                        ".SH EXIT STATUS",
                        ".SH SEE ALSO");
        assertThat(run)
                .startsWith(".TH TORVYN-RUN 1 \"2026-01-01\" \"torvyn 0.1.0\" \"Torvyn\"\n")
                .contains(".TP\n\\fB\\-\\-limit\\fR \\fIN\\fR\n")
                .endsWith(".BR torvyn (1)\n");
    }

    @Test
    void thereIsAManualPageForEveryCommandAndMandocLikesThem(@TempDir Path folder) throws Exception {
        ManualPages.main(new String[] {folder.toString(), "2026-01-01T00:00:00Z"});

        try (var pages = Files.list(folder)) {
            assertThat(pages.map(page -> page.getFileName().toString()))
                    .containsExactlyInAnyOrderElementsOf(models.stream()
                            .map(model -> ManualPages.title(model) + ".1")
                            .toList());
        }
        if (Programs.isThere("mandoc")) {
            for (CommandModel model : models) {
                Process lint = new ProcessBuilder(
                                "mandoc",
                                "-Tlint",
                                "-Wwarning",
                                folder.resolve(ManualPages.title(model) + ".1").toString())
                        .redirectErrorStream(true)
                        .start();
                assertThat(new String(lint.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                        .isEmpty();
                assertThat(lint.waitFor(10, TimeUnit.SECONDS)).isTrue();
            }
        }
    }
}
