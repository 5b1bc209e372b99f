package io.torvyn.cli;

import io.torvyn.cli.Syntax.Flag;
import io.torvyn.cli.Syntax.Value;
import io.torvyn.projects.Language;
import io.torvyn.projects.NewProject;
import io.torvyn.projects.ProjectFolder;
import io.torvyn.projects.ProjectName;
import io.torvyn.projects.Template;
import io.torvyn.types.Defaults;
import io.torvyn.types.Diagnostic;
import io.torvyn.types.DiagnosticsException;
import io.torvyn.types.ErrorCode;
import io.torvyn.types.NearestName;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.OptionSpec;

/** {@code torvyn init}. */
final class InitCommand extends TorvynCommand {
    private static final String DEFAULT_TEMPLATE = "transform";
    private static final String DEFAULT_LANGUAGE = "rust";

    /**
     * What is to be made.
     *
     * @param name null for this folder, by its name
     */
    private record Wish(@Nullable String name, String template, String language) {}

    private final Value<String> name = syntax.argument(
            String.class,
            "PROJECT_NAME",
            "The project, and the folder that is made for it (default: this folder, by its name).");

    private final Value<String> template = syntax.option(
            String.class,
            OptionSpec.builder("-t", "--template")
                    .paramLabel("TEMPLATE")
                    .description("What to begin with: ${COMPLETION-CANDIDATES} (default: " + DEFAULT_TEMPLATE + ").")
                    .completionCandidates(labels(Template.values(), Template::label)));

    private final Value<String> language = syntax.option(
            String.class,
            OptionSpec.builder("-l", "--language")
                    .paramLabel("LANGUAGE")
                    .description("The language of its components: ${COMPLETION-CANDIDATES} (default: "
                            + DEFAULT_LANGUAGE + ").")
                    .completionCandidates(labels(Language.values(), Language::label)));

    private final Flag noGit = syntax.flag("--no-git", "Makes no repository of it.");

    private final Flag noExample = syntax.flag("--no-example", "Leaves the functions to be written.");

    private final Value<String> contractVersion = syntax.option(
            String.class,
            "--contract-version",
            "VERSION",
            "The contracts that it is given (default: " + Defaults.CONTRACT_VERSION + ").");

    private final Flag interactive = syntax.flag("--interactive", "Asks for what is not given.");

    private final Flag force =
            syntax.flag("--force", "Writes among the files that are there, and leaves those as they are.");

    InitCommand(Torvyn torvyn) {
        super(
                torvyn,
                "init",
                "Makes a project that checks, builds and runs as it is.",
                "",
                "All files come into the folder, or none; a file that was there is never changed.",
                "",
                "Exit codes: 0 made, 1 the folder is not empty, 2 usage.");
    }

    @Override
    int refusal() {
        return ExitCode.FAILED;
    }

    @Override
    int execute() throws InterruptedException {
        contractVersion
                .said()
                .filter(version -> !version.equals(Defaults.CONTRACT_VERSION))
                .ifPresent(version -> {
                    throw wrong("there is no contract version `%s`; this Torvyn brings %s"
                            .formatted(version, Defaults.CONTRACT_VERSION));
                });
        Path here = Path.of("").toAbsolutePath();
        String folderName = here.getFileName() == null ? "" : here.getFileName().toString();
        Wish wish = interactive.isSet()
                ? ask(folderName)
                : new Wish(name.value(), template.orElse(DEFAULT_TEMPLATE), language.orElse(DEFAULT_LANGUAGE));
        String name = wish.name();
        var project = new NewProject(
                projectName(name == null ? folderName : name),
                template(wish.template()),
                language(wish.language()),
                !noExample.isSet(),
                LocalDate.now(ZoneId.systemDefault()));
        var folder = new ProjectFolder(name == null ? here : here.resolve(name));
        ProjectFolder.Written written = folder.write(project.files(), force.isSet());
        boolean repository = !noGit.isSet() && folder.initRepository();
        if (options().json()) {
            json(project, folder, written, repository);
        } else {
            written.kept().forEach(file -> failures().hint(kept(file)));
            if (!options().quiet()) {
                print(project, name, written);
            }
        }
        return ExitCode.SUCCESS;
    }

    private ProjectName projectName(String text) {
        ProjectName.problem(text).ifPresent(problem -> {
            throw wrong(problem);
        });
        return new ProjectName(text);
    }

    private static String kept(String file) {
        return file + " was there already, and is as it was";
    }

    private Template template(String said) {
        List<String> known =
                Arrays.stream(Template.values()).map(Template::label).toList();
        return Arrays.stream(Template.values())
                .filter(one -> one.label().equals(said))
                .findFirst()
                .orElseThrow(() -> unknown("template", said, known));
    }

    private Language language(String said) {
        List<String> known =
                Arrays.stream(Language.values()).map(Language::label).toList();
        if (said.equals("go")) {
            throw new DiagnosticsException(List.of(Diagnostic.error(
                    ErrorCode.USAGE_ERROR,
                    "there are no templates for Go yet, only for " + String.join(", ", known),
                    "Begin with `torvyn init --template empty` and a [[component]] with a `build_command`; docs/projects.md"
                            + " has the steps that make a component of Go, and what is missing for a template.")));
        }
        return Language.of(said).orElseThrow(() -> unknown("language", said, known));
    }

    private static DiagnosticsException unknown(String what, String said, List<String> known) {
        return new DiagnosticsException(List.of(Diagnostic.error(
                ErrorCode.USAGE_ERROR,
                "there is no %s `%s`".formatted(what, said),
                NearestName.of(said, known)
                        .map("Did you mean `%s`?"::formatted)
                        .orElse("It is one of " + String.join(", ", known) + "."))));
    }

    /** Asks for what has not been said. */
    private Wish ask(String folderName) {
        var answers = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        String named = name.orElse("");
        if (named.isEmpty()) {
            named = ask(answers, "Project name", folderName);
        }
        String chosen = template.orElse("");
        if (chosen.isEmpty()) {
            for (Template known : Template.values()) {
                err().println("  " + String.format("%-14s", known.label()) + style().dim(known.description()));
            }
            chosen = ask(answers, "Template", DEFAULT_TEMPLATE);
        }
        String spoken = language.orElse("");
        if (spoken.isEmpty()) {
            String known = String.join(", ", labels(Language.values(), Language::label));
            spoken = ask(answers, "Language (" + known + ")", DEFAULT_LANGUAGE);
        }
        return new Wish(named.equals(folderName) && name.said().isEmpty() ? null : named, chosen, spoken);
    }

    private static <T> List<String> labels(T[] values, Function<T, String> label) {
        return Arrays.stream(values).map(label).toList();
    }

    /** No answer is the answer that is proposed. */
    private String ask(BufferedReader answers, String question, String proposed) {
        err().print(question + " [" + proposed + "]: ");
        err().flush();
        try {
            return Optional.ofNullable(answers.readLine())
                    .map(String::strip)
                    .filter(answer -> !answer.isEmpty())
                    .orElse(proposed);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void json(NewProject project, ProjectFolder folder, ProjectFolder.Written written, boolean repository) {
        var result = new JsonResult("init").data(data -> {
            data.put("project_name", project.name().text())
                    .put("template", project.template().label())
                    .put("language", project.language().label())
                    .put("directory", folder.path().toString());
            written.created().forEach(data.putArray("files_created")::add);
            data.put("git_initialized", repository);
        });
        written.kept().forEach(file -> result.warning(kept(file)));
        result.print(out(), ExitCode.SUCCESS, List.of());
    }

    private void print(NewProject project, @Nullable String name, ProjectFolder.Written written) {
        PrintWriter out = out();
        out.println(style().success("Created project \"%s\" with template \"%s\""
                .formatted(project.name().text(), project.template().label())));
        out.println();
        FileTree.print(out, name == null ? "." : name, written.created());
        out.println();
        out.println("Next:");
        if (name != null) {
            out.println("  cd " + name);
        }
        if (project.template() == Template.EMPTY) {
            out.println("  torvyn config --explain");
        } else {
            out.println("  torvyn check");
            out.println("  torvyn build");
            out.println("  " + project.firstRun());
        }
        out.flush();
    }
}
