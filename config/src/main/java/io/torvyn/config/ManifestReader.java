package io.torvyn.config;

import io.torvyn.types.Defaults;
import io.torvyn.types.Diagnostic;
import io.torvyn.types.ErrorCode;
import io.torvyn.types.NearestName;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** From a document to a {@link Manifest}: what this project is, and the rules that join its parts. */
final class ManifestReader {
    private static final Pattern LICENSE = Pattern.compile("[A-Za-z0-9.+:() -]*");
    private static final Set<String> LANGUAGES = Set.of("rust", "c", "javascript", "python", "go");

    private static final Format<String> CONTRACT_VERSION = Format.of(
            Defaults.CONTRACT_VERSION + ", the contract version that is bundled",
            '"' + Defaults.CONTRACT_VERSION + '"',
            node -> Format.text(node, Defaults.CONTRACT_VERSION::equals));
    private static final Format<String> SPDX = Format.of(
            "an SPDX license expression",
            "\"Apache-2.0\"",
            node -> Format.text(node, t -> LICENSE.matcher(t).matches()));
    private static final Format<String> RELATIVE_PATH = Format.of(
            "a path relative to the manifest",
            "\"components/my-component\"",
            node -> Format.text(node, t -> !t.isBlank() && isRelative(t)));

    /** Before a capability in a list: it may be missing at run time. */
    private static final String OPTIONAL_MARK = "?";

    private static final Format<CapabilitySettings.Declaration> DECLARED = Format.of(
                    "a capability, with `?` before it when it is optional", "\"stdio:stdout\"", node -> Format.text(
                                    node,
                                    text -> !text.replace(OPTIONAL_MARK, "").isBlank())
                            .map(text -> new CapabilitySettings.Declaration(text, true, node.at())))
            .written(declaration -> Format.quoted(declaration.name()));

    private final Path file;
    private final Path directory;
    private final Section root;
    private final Findings findings;
    private final Readings readings;

    /** @param layers what each has of the whole document, the last word first */
    ManifestReader(
            Path file, List<Section.Part> layers, Diagnostic.Location start, Findings findings, Readings readings) {
        this.file = file;
        Path parent = file.getParent();
        this.directory = parent == null ? Path.of("") : parent;
        this.root = new Section(layers, "", start, findings, readings);
        this.findings = findings;
        this.readings = readings;
    }

    Manifest read() {
        Project project = project();
        List<ComponentDefinition> components = components();
        CapabilitySettings capabilities = capabilities(root.table("capabilities"));
        BuildSettings build = build(root.table("build"));
        TestSettings test = test(root.table("test"));
        RegistrySettings registry = SettingsReader.registry(root.table("registry"));
        RuntimeSettings runtime = SettingsReader.runtime(root.table("runtime"), findings);
        ObservabilitySettings observability = SettingsReader.observability(root.table("observability"), findings);
        SecuritySettings security = SettingsReader.security(root.table("security"));
        List<FlowDefinition> flows =
                new FlowReader(directory, runtime, byName(project, components), findings).flows(root);
        root.keys().stream().filter(TomlDocument::isPrivate).forEach(root::take);
        root.close();
        warnOfGrantsToNobody(security, flows, project, components);
        findings.throwIfErrors();
        IdleKeys.warn(readings.all(), findings);
        return new Manifest(
                file,
                directory,
                project,
                components,
                capabilities,
                build,
                test,
                registry,
                flows,
                runtime,
                observability,
                security,
                findings.sorted());
    }

    private Project project() {
        Optional<Section> torvyn = root.optionalTable("torvyn");
        Optional<Section> old = oldComponentTable();
        if (torvyn.isEmpty() && old.isEmpty() && !root.has("torvyn")) {
            findings.missing(
                    "torvyn",
                    root.at(),
                    "a table",
                    "begin the file with `[torvyn]`, `name = \"my-project\"`, `version = \"0.1.0\"` and "
                            + "`contract_version = \"%s\"`".formatted(Defaults.CONTRACT_VERSION));
        }
        Optional<Project> fromOld = old.map(s -> project(s, false));
        return torvyn.map(s -> project(s, true))
                .or(() -> fromOld)
                .orElseGet(() -> new Project("unnamed", "0.0.0", "0.0.0", "", List.of(), "", ""));
    }

    /** A component project of the first days has {@code [component]} instead of {@code [torvyn]}. */
    private Optional<Section> oldComponentTable() {
        return root.take("component").filter(TomlNode.Table.class::isInstance).isPresent()
                ? root.optionalTable("component")
                : Optional.empty();
    }

    private static Project project(Section section, boolean contractVersionRequired) {
        Format<String> name = Format.NAME_TEXT.withExample("\"my-project\"");
        Project project = new Project(
                section.required(name, "name", "unnamed"),
                section.required(Format.VERSION, "version", "0.0.0"),
                contractVersionRequired
                        ? section.required(CONTRACT_VERSION, "contract_version", Defaults.CONTRACT_VERSION)
                        : section.value(CONTRACT_VERSION, "contract_version", Defaults.CONTRACT_VERSION),
                section.value(Format.TEXT, "description", ""),
                section.list(Format.TEXT, "authors"),
                section.value(SPDX, "license", ""),
                section.value(Format.TEXT, "repository", ""));
        section.close();
        return project;
    }

    private List<ComponentDefinition> components() {
        Optional<TomlNode> node = root.take("component");
        if (node.isEmpty() || node.get() instanceof TomlNode.Table) {
            return List.of();
        }
        if (!(node.get() instanceof TomlNode.Items(var values, var _))) {
            findings.invalid(
                    "component", node.get(), "an array of tables", "write `[[component]]`, and its keys below it");
            return List.of();
        }
        List<ComponentDefinition> components = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (Section section : root.items(values, "component")) {
            ComponentDefinition component = component(section);
            if (section.has("name") && !names.add(component.name())) {
                findings.add(Diagnostic.error(
                                ErrorCode.DUPLICATE_KEY,
                                "there are two components named `%s`".formatted(component.name()),
                                "rename one of the two, or remove it")
                        .at(section.at("name"))
                        .atKey(section.path("name")));
            }
            components.add(component);
        }
        return components;
    }

    private ComponentDefinition component(Section section) {
        Optional<String> command = section.optional(Format.NON_EMPTY, "build_command");
        Format<String> language = Format.of(
                        "one of rust, c, javascript, python, go; another with a `build_command`",
                        "\"rust\"",
                        node -> Format.text(node, t -> LANGUAGES.contains(t) || (command.isPresent() && !t.isBlank())))
                .suggesting(word -> NearestName.of(word, LANGUAGES));
        ComponentDefinition component = new ComponentDefinition(
                section.required(Format.NAME_TEXT.withExample("\"my-component\""), "name", "unnamed"),
                section.required(RELATIVE_PATH, "path", "."),
                section.value(language, "language", "rust"),
                command,
                section.optional(Format.TEXT, "config"),
                section.optional(RELATIVE_PATH.withExample("\"build/my-component.wasm\""), "artifact"),
                section.at());
        section.close();
        return component;
    }

    private static boolean isRelative(String text) {
        try {
            return !Path.of(text).isAbsolute();
        } catch (InvalidPathException _) {
            return false;
        }
    }

    /** What a node may name as its own. */
    private Map<String, ComponentDefinition> byName(Project project, List<ComponentDefinition> components) {
        if (components.isEmpty()) {
            return Map.of(project.name(), ComponentDefinition.whole(project, root.at()));
        }
        return components.stream()
                .collect(Collectors.toMap(ComponentDefinition::name, c -> c, (first, _) -> first, LinkedHashMap::new));
    }

    private static CapabilitySettings capabilities(Section section) {
        List<CapabilitySettings.Declaration> required = new ArrayList<>();
        List<CapabilitySettings.Declaration> optional = new ArrayList<>();
        for (CapabilitySettings.Declaration one : declarations(section, "required")) {
            boolean isOptional = one.name().startsWith(OPTIONAL_MARK);
            (isOptional ? optional : required).add(isOptional ? unmarked(one) : one);
        }
        declarations(section, "optional").forEach(one -> optional.add(unmarked(one)));
        Section torvyn = section.table("torvyn");
        CapabilitySettings capabilities = new CapabilitySettings(
                List.copyOf(required),
                List.copyOf(optional),
                torvyn.value(Format.SIZE, "max-buffer-size", (long) Defaults.MAX_BUFFER_SIZE),
                torvyn.value(Format.SIZE, "max-memory", Defaults.MAX_MEMORY),
                torvyn.value(Format.NON_EMPTY.withExample("\"default\""), "buffer-pool-access", "default"));
        torvyn.close();
        section.close();
        return capabilities;
    }

    private static CapabilitySettings.Declaration unmarked(CapabilitySettings.Declaration marked) {
        return marked.name().startsWith(OPTIONAL_MARK)
                ? new CapabilitySettings.Declaration(
                        marked.name().substring(OPTIONAL_MARK.length()), marked.used(), marked.position())
                : marked;
    }

    /** A table of names and whether each is used, or a list of those that are. */
    private static List<CapabilitySettings.Declaration> declarations(Section section, String key) {
        if (section.take(key).filter(TomlNode.Items.class::isInstance).isPresent()) {
            return section.list(DECLARED, key);
        }
        Section names = section.table(key);
        List<CapabilitySettings.Declaration> declarations = new ArrayList<>();
        for (String name : names.keys()) {
            names.optional(Format.FLAG, name)
                    .ifPresent(used ->
                            declarations.add(new CapabilitySettings.Declaration(name, used, names.keyAt(name))));
        }
        return declarations;
    }

    private static BuildSettings build(Section section) {
        BuildSettings build = new BuildSettings(
                section.value(Format.FLAG, "release", true),
                section.value(Format.NON_EMPTY.withExample("\"wasm32-wasip2\""), "target", "wasm32-wasip2"),
                section.list(Format.TEXT, "extra_args"));
        section.close();
        return build;
    }

    private static TestSettings test(Section section) {
        TestSettings test = new TestSettings(
                section.value(Format.seconds(1), "timeout_seconds", Duration.ofSeconds(60)),
                section.value(RELATIVE_PATH.withExample("\"tests/fixtures\""), "fixtures_dir", "tests/fixtures"));
        section.close();
        return test;
    }

    private void warnOfGrantsToNobody(
            SecuritySettings security,
            List<FlowDefinition> flows,
            Project project,
            List<ComponentDefinition> components) {
        Set<String> known = Stream.of(
                        flows.stream().flatMap(f -> f.nodes().stream()).map(NodeDefinition::name),
                        components.stream().map(ComponentDefinition::name),
                        Stream.of(project.name()))
                .flatMap(names -> names)
                .collect(Collectors.toUnmodifiableSet());
        for (Map.Entry<String, SecuritySettings.Grants> grants :
                security.grants().entrySet()) {
            if (!known.contains(grants.getKey())) {
                String path = Section.join("security.grants", grants.getKey());
                findings.add(Diagnostic.warning(
                                ErrorCode.SEMANTIC_ERROR,
                                "`%s` grants to nobody: no node or component has that name".formatted(path),
                                NearestName.of(grants.getKey(), known)
                                        .map("did you mean `%s`?"::formatted)
                                        .orElse("name a node or a component, or remove the grant"))
                        .at(grants.getValue().position())
                        .atKey(path));
            }
        }
    }
}
