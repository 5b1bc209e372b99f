package io.torvyn.cli;

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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code torvyn init}. */
@Command(
        name = "init",
        description = "Makes a project that checks, builds and runs as it is.",
        footer = {
            "",
            "All files come into the folder, or none; a file that was there is never changed.",
            "",
            "Exit codes: 0 made, 1 the folder is not empty, 2 usage."
        })
final class InitCommand extends TorvynCommand {
    private static final String DEFAULT_TEMPLATE = "transform";
    private static final String DEFAULT_LANGUAGE = "rust";

    /** What shells complete. */
    static final class Templates extends ArrayList<String> {
        private static final long serialVersionUID = 1L;

        Templates() {
            for (Template template : Template.values()) {
                add(template.label());
            }
        }
    }

    /** What shells complete. */
    static final class Languages extends ArrayList<String> {
        private static final long serialVersionUID = 1L;

        Languages() {
            for (Language language : Language.values()) {
                add(language.label());
            }
        }
    }

    @Parameters(
            arity = "0..1",
            paramLabel = "PROJECT_NAME",
            description = "The project, and the folder that is made for it (default: this folder, by its name).")
    private @Nullable String name;

    @Option(
            names = {"-t", "--template"},
            paramLabel = "TEMPLATE",
            completionCandidates = Templates.class,
            description = "What to begin with: ${COMPLETION-CANDIDATES} (default: " + DEFAULT_TEMPLATE + ").")
    private @Nullable String template;

    @Option(
            names = {"-l", "--language"},
            paramLabel = "LANGUAGE",
            completionCandidates = Languages.class,
            description =
                    "The language of its components: ${COMPLETION-CANDIDATES} (default: " + DEFAULT_LANGUAGE + ").")
    private @Nullable String language;

    @Option(names = "--no-git", description = "Makes no repository of it.")
    private boolean noGit;

    @Option(names = "--no-example", description = "Leaves the functions to be written.")
    private boolean noExample;

    @Option(
            names = "--contract-version",
            paramLabel = "VERSION",
            description = "The contracts that it is given (default: " + Defaults.CONTRACT_VERSION + ").")
    private String contractVersion = Defaults.CONTRACT_VERSION;

    @Option(names = "--interactive", description = "Asks for what is not given.")
    private boolean interactive;

    @Option(names = "--force", description = "Writes among the files that are there, and leaves those as they are.")
    private boolean force;

    @Override
    int refusal() {
        return ExitCode.FAILED;
    }

    @Override
    int execute() throws InterruptedException {
        if (!contractVersion.equals(Defaults.CONTRACT_VERSION)) {
            throw wrong("there is no contract version `%s`; this Torvyn brings %s"
                    .formatted(contractVersion, Defaults.CONTRACT_VERSION));
        }
        Path here = Path.of("").toAbsolutePath();
        String folderName = here.getFileName() == null ? "" : here.getFileName().toString();
        if (interactive) {
            ask(folderName);
        }
        var project = new NewProject(
                projectName(name == null ? folderName : name),
                template(template == null ? DEFAULT_TEMPLATE : template),
                language(language == null ? DEFAULT_LANGUAGE : language),
                !noExample,
                LocalDate.now(ZoneId.systemDefault()));
        var folder = new ProjectFolder(name == null ? here : here.resolve(name));
        ProjectFolder.Written written = folder.write(project.files(), force);
        boolean repository = !noGit && folder.initRepository();
        if (options().json()) {
            json(project, folder, written, repository);
        } else {
            written.kept().forEach(file -> failures().hint(kept(file)));
            if (!options().quiet()) {
                print(project, written);
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

    private void ask(String folderName) {
        var answers = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        if (name == null) {
            String answer = ask(answers, "Project name", folderName);
            name = answer.equals(folderName) ? null : answer;
        }
        if (template == null) {
            for (Template known : Template.values()) {
                err().println("  " + String.format("%-14s", known.label()) + style().dim(known.description()));
            }
            template = ask(answers, "Template", DEFAULT_TEMPLATE);
        }
        if (language == null) {
            language = ask(
                    answers,
                    "Language ("
                            + String.join(
                                    ", ",
                                    Arrays.stream(Language.values())
                                            .map(Language::label)
                                            .toList()) + ")",
                    DEFAULT_LANGUAGE);
        }
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

    private void print(NewProject project, ProjectFolder.Written written) {
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
