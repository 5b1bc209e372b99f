package io.torvyn.projects;

import io.torvyn.contracts.Contracts;
import io.torvyn.projects.Language.Accompanying;
import io.torvyn.types.Defaults;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A project that is to be made.
 *
 * @param example whether its components do something already; otherwise each function says that it is not written yet
 * @param date that its README tells
 */
public record NewProject(ProjectName name, Template template, Language language, boolean example, LocalDate date) {
    private static final Map<String, Starter> PIPELINE = new LinkedHashMap<>();

    static {
        PIPELINE.put("source", Starter.SOURCE);
        PIPELINE.put("transform", Starter.UPPER);
        PIPELINE.put("sink", Starter.SINK);
    }

    /** A command line that shows it at work. */
    public String firstRun() {
        return template.starter().filter(does -> does.takes() && does.gives()).isPresent()
                ? "printf 'one\\ntwo\\nthree\\n' | torvyn run"
                : "torvyn run --limit 10";
    }

    /** All its files, by path below the project's folder with {@code /} between, in the order in which people read them. */
    public SequencedMap<String, String> files() {
        SequencedMap<String, String> files = new LinkedHashMap<>();
        Optional<Starter> starter = template.starter();
        if (starter.isPresent()) {
            files.put("Torvyn.toml", manifest("single.toml", starter.get()));
            accompany(files, Accompanying.Of.PROJECT);
            component(files, "", name, starter.get(), Set.of("single"));
        } else if (template == Template.FULL_PIPELINE) {
            files.put("Torvyn.toml", manifest("full-pipeline.toml", Starter.SINK));
            accompany(files, Accompanying.Of.PROJECT);
            accompany(files, Accompanying.Of.PIPELINE);
            PIPELINE.forEach((component, does) ->
                    component(files, "components/" + component + "/", new ProjectName(component), does, Set.of()));
        } else {
            files.put("Torvyn.toml", filled("empty.toml", values()));
        }
        files.put(".gitignore", TemplateText.read("gitignore"));
        if (template != Template.EMPTY) {
            files.put("README.md", filled("README.md", values()));
        }
        return files;
    }

    private void accompany(SequencedMap<String, String> files, Accompanying.Of of) {
        language.beside(of)
                .forEach(file -> files.put(file.place(), filled(language.label() + "/" + file.template(), values())));
    }

    /** What a node has to be granted for its starter to do its work. */
    private String grants(String node, Starter starter) {
        List<String> capabilities = new ArrayList<>();
        String comment = "";
        if (starter == Starter.SINK) {
            capabilities.add("stdio:stdout");
            comment = " # without stdio:stdout, what it prints is discarded";
        }
        capabilities.addAll(language.capabilities());
        return capabilities.isEmpty()
                ? ""
                : "[security.grants.%s]\ncapabilities = [%s]%s\n"
                        .formatted(
                                node,
                                capabilities.stream()
                                        .map(capability -> '"' + capability + '"')
                                        .collect(Collectors.joining(", ")),
                                comment);
    }

    private String manifest(String file, Starter starter) {
        Map<String, String> values = values();
        values.put("interface", starter.stageInterface());
        values.put("role", starter.file());
        values.put("port", starter.port());
        // Lines that came in have their ends; what a source makes has none.
        values.put("feeder", starter.gives() ? "native:stdin" : "native:generator");
        values.put("printer", starter.takes() ? "native:stdout" : "native:print");
        if (template == Template.FULL_PIPELINE) {
            StringBuilder grants = new StringBuilder();
            PIPELINE.forEach((node, does) -> {
                String own = grants(node, does);
                grants.append(own.isEmpty() || grants.isEmpty() ? own : "\n" + own);
            });
            values.put("grants", grants.toString());
        } else {
            values.put("grants", grants(starter.file(), starter));
        }
        values.put("timeouts", TemplateText.read(language.label() + "/timeouts.toml"));
        values.put("runtime", TemplateText.read(language.label() + "/runtime.toml"));
        Set<String> facts = new HashSet<>();
        if (starter.takes()) {
            facts.add("feeds");
        }
        if (starter.gives()) {
            facts.add("drains");
        }
        return TemplateText.fill(TemplateText.read(file), values, facts);
    }

    private void component(
            SequencedMap<String, String> files,
            String folder,
            ProjectName component,
            Starter starter,
            Set<String> alone) {
        Map<String, String> values = values();
        values.put("project_name", component.text());
        values.put("component_type", component.pascalCase());
        values.put("kebab_name", component.kebabCase());
        values.put("wit_name", component.witName());
        values.put("world", starter.world());
        Set<String> facts = new HashSet<>(alone);
        if (example) {
            facts.add("example");
        }
        language.beside(Accompanying.Of.COMPONENT)
                .forEach(file -> files.put(
                        folder + file.place(),
                        TemplateText.fill(TemplateText.read(language.label() + "/" + file.template()), values, facts)));
        files.put(
                folder + language.source(),
                TemplateText.fill(TemplateText.read(language.template(starter)), values, facts));
        files.put(folder + "wit/world.wit", filled("world.wit", values));
        Contracts.sources().forEach((file, text) -> {
            if (starter.contracts().contains(file.substring(0, file.indexOf('/')))) {
                files.put(folder + "wit/deps/" + file, text);
            }
        });
    }

    private static String filled(String file, Map<String, String> values) {
        return TemplateText.fill(TemplateText.read(file), values, Set.of());
    }

    private Map<String, String> values() {
        Map<String, String> values = new HashMap<>();
        values.put("project_name", name.text());
        values.put("component_type", name.pascalCase());
        values.put("kebab_name", name.kebabCase());
        values.put("componentize_js", PinnedVersions.COMPONENTIZE_JS);
        values.put("componentize_py", PinnedVersions.COMPONENTIZE_PY);
        values.put("date", date.toString());
        values.put("torvyn_version", Defaults.TORVYN_VERSION);
        values.put("contract_version", Defaults.CONTRACT_VERSION);
        values.put("template", template.label());
        values.put("description", template.description());
        values.put("language", language.label());
        values.put("language_title", language.title());
        values.put("tools", TemplateText.read(language.label() + "/tools.md").strip());
        values.put("source", language.source());
        values.put("run", firstRun());
        return values;
    }
}
