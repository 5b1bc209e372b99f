package io.torvyn.config;

import io.torvyn.types.Defaults;
import io.torvyn.types.Diagnostic;
import io.torvyn.types.DiagnosticsException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A whole {@code Torvyn.toml}, with the {@code pipeline.toml} beside it, read and found in order. Immutable; every value
 * is the one that holds, defaults included.
 *
 * @param file where it was read from
 * @param directory what its relative paths start from
 * @param components as declared; empty: the project's own directory is the component
 * @param flows in the order of the text
 * @param warnings what is allowed but probably not meant
 */
public record Manifest(
        Path file,
        Path directory,
        Project project,
        List<ComponentDefinition> components,
        CapabilitySettings capabilities,
        BuildSettings build,
        TestSettings test,
        RegistrySettings registry,
        List<FlowDefinition> flows,
        RuntimeSettings runtime,
        ObservabilitySettings observability,
        SecuritySettings security,
        List<Diagnostic> warnings) {
    /** The file's usual name. */
    public static final String FILE_NAME = "Torvyn.toml";

    public Manifest {
        components = List.copyOf(components);
        flows = List.copyOf(flows);
        warnings = List.copyOf(warnings);
    }

    /**
     * Reads a manifest, with the variables of this process's environment.
     *
     * @param place a manifest, or a directory that holds a {@value #FILE_NAME}
     * @throws DiagnosticsException with everything that is wrong: E0001, E0205, E0700 to E0707
     */
    public static Manifest load(Path place) {
        return new ManifestLoader(System::getenv).load(place);
    }

    /**
     * What holds where there is no manifest: every default, no component and no flow. Relative paths start from the
     * process's working directory.
     */
    public static Manifest none() {
        return new ManifestLoader(_ -> null).parse(Path.of("(no manifest)"), """
                [torvyn]
                name = "embedded"
                version = "0.0.0"
                contract_version = "%s"
                """.formatted(Defaults.CONTRACT_VERSION));
    }

    /** @param name as in {@code [flow.<name>]}; {@code flow.<name>} is understood too */
    public Optional<FlowDefinition> flow(String name) {
        String wanted = name.startsWith("flow.") ? name.substring("flow.".length()) : name;
        return flows.stream().filter(f -> f.name().equals(wanted)).findFirst();
    }

    /** The same manifest with {@code changed} in the place of the flow of that name. */
    public Manifest withFlow(FlowDefinition changed) {
        return with(
                flows.stream()
                        .map(f -> f.name().equals(changed.name()) ? changed : f)
                        .toList(),
                observability,
                security);
    }

    /** The same manifest, observed in another way. */
    public Manifest withObservability(ObservabilitySettings changed) {
        return with(flows, changed, security);
    }

    /** The same manifest with other grants, by name of node or component. */
    public Manifest withGrants(Map<String, SecuritySettings.Grants> grants) {
        return with(
                flows,
                observability,
                new SecuritySettings(
                        security.defaultPolicy(),
                        security.auditEnabled(),
                        security.auditTarget(),
                        security.signatures(),
                        new LinkedHashMap<>(grants)));
    }

    /** A component of this project by name; without any declared, the project itself is the one. */
    public Optional<ComponentDefinition> component(String name) {
        return components.isEmpty()
                ? Optional.of(ComponentDefinition.whole(
                                project, new Diagnostic.Location(String.valueOf(file.getFileName()), 0, 0, "")))
                        .filter(c -> c.name().equals(name))
                : components.stream().filter(c -> c.name().equals(name)).findFirst();
    }

    /**
     * Where the {@code .wasm} behind a node may lie, the first choice first; empty for what is not a file of this
     * machine. Whether a file is there, nobody has looked.
     */
    public List<Path> artifactPlaces(NodeDefinition node) {
        return switch (node.component()) {
            case ComponentReference.File(var _, var path) -> List.of(path);
            case ComponentReference.Named(var name) ->
                component(name).map(this::artifactPlaces).orElse(List.of());
            case ComponentReference.Native _, ComponentReference.Oci _, ComponentReference.Given _ -> List.of();
        };
    }

    /** Where the {@code .wasm} of a component may lie, the first choice first. */
    public List<Path> artifactPlaces(ComponentDefinition component) {
        String file = component.name() + ".wasm";
        return component
                .artifact()
                .map(artifact -> List.of(directory.resolve(artifact).normalize()))
                .orElseGet(() -> List.of(
                        directory.resolve(".torvyn").resolve("build").resolve(file),
                        directory.resolve(component.path()).resolve(file).normalize()));
    }

    private Manifest with(
            List<FlowDefinition> otherFlows, ObservabilitySettings otherObservability, SecuritySettings otherSecurity) {
        return new Manifest(
                file,
                directory,
                project,
                components,
                capabilities,
                build,
                test,
                registry,
                otherFlows,
                runtime,
                otherObservability,
                otherSecurity,
                warnings);
    }
}
