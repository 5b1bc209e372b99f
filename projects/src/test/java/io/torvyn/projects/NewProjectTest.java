package io.torvyn.projects;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.torvyn.config.Manifest;
import io.torvyn.config.ManifestLoader;
import io.torvyn.contracts.Contracts;
import io.torvyn.contracts.WitPackages;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class NewProjectTest {
    private static final LocalDate DAY = LocalDate.of(2026, 11, 28);

    static Stream<NewProject> projects() {
        return Arrays.stream(Template.values())
                .flatMap(template -> Arrays.stream(Language.values()).flatMap(language -> Stream.of(true, false)
                        .map(example ->
                                new NewProject(new ProjectName("type_2x-App"), template, language, example, DAY))));
    }

    @ParameterizedTest
    @MethodSource("projects")
    void itsManifestIsOneWithoutAFinding(NewProject project) {
        Manifest manifest = new ManifestLoader(_ -> null)
                .parse(Path.of("Torvyn.toml"), project.files().get("Torvyn.toml"));

        assertThat(manifest.project().name()).isEqualTo("type_2x-App");
        assertThat(manifest.warnings()).isEmpty();
        manifest.components().forEach(component -> assertThat(component.language())
                .isEqualTo(project.language().label()));
    }

    @ParameterizedTest
    @MethodSource("projects")
    void everyComponentHasAWorldThatResolvesAndItsSource(NewProject project) {
        Manifest manifest = new ManifestLoader(_ -> null)
                .parse(Path.of("Torvyn.toml"), project.files().get("Torvyn.toml"));
        manifest.components().forEach(component -> {
            String folder = component.path().equals(".") ? "" : component.path() + "/";
            Map<String, String> wit = new LinkedHashMap<>();
            project.files().forEach((path, text) -> {
                if (path.startsWith(folder + "wit/")) {
                    wit.put(path.substring(folder.length() + "wit/".length()).replace("deps/", ""), text);
                }
            });
            wit.put("component/world.wit", wit.remove("world.wit"));

            assertThat(WitPackages.parse(wit).text()).contains("world component");
            assertThat(project.files()).containsKey(folder + project.language().source());
        });
    }

    @ParameterizedTest
    @MethodSource("projects")
    void nothingOfATemplateIsLeftInIt(NewProject project) {
        assertThat(project.files()).allSatisfy((path, text) -> assertThat(text)
                .as(path)
                .doesNotContain("{{", "}}")
                .doesNotContain("\n\n\n")
                .endsWith("\n"));
        assertThat(String.join("", project.files().values()).contains("not written yet"))
                .isEqualTo(!project.example() && project.template() != Template.EMPTY);
    }

    @ParameterizedTest
    @MethodSource("projects")
    void theContractsAreTheCanonicalOnes(NewProject project) {
        project.files().forEach((path, text) -> {
            int deps = path.indexOf("wit/deps/");
            if (deps >= 0) {
                assertThat(text).isEqualTo(Contracts.sources().get(path.substring(deps + "wit/deps/".length())));
            }
        });
    }

    @ParameterizedTest
    @CsvSource({
        "my-app, MyApp, my-app, my-app",
        "My_App, MyApp, my-app, my-app",
        "a-2b, A2b, a2b, a2b",
        "_2x, 2x, project2x, project2x",
        "___, '', project, project",
        "list, List, list, %list"
    })
    void aNameHasTheFormsThatLanguagesWant(String name, String pascal, String kebab, String wit) {
        var project = new ProjectName(name);

        assertThat(project.pascalCase()).isEqualTo(pascal);
        assertThat(project.kebabCase()).isEqualTo(kebab);
        assertThat(project.witName()).isEqualTo(wit);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-a", "1a", "a b", "ä", "../up", "a/b"})
    void whatIsNoNameIsRefusedWithOneThatWouldDo(String name) {
        String problem = ProjectName.problem(name).orElseThrow();
        String proposed = problem.replaceAll("(?s).*`(.*)` would do", "$1");

        assertThat(ProjectName.problem(proposed)).isEmpty();
        assertThatIllegalArgumentException().isThrownBy(() -> new ProjectName(name));
    }
}
