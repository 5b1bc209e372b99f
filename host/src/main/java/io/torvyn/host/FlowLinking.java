package io.torvyn.host;

import io.torvyn.component.Component;
import io.torvyn.component.ComponentImport;
import io.torvyn.component.EngineException;
import io.torvyn.config.ComponentDefinition;
import io.torvyn.config.ComponentReference;
import io.torvyn.config.FlowDefinition;
import io.torvyn.config.Manifest;
import io.torvyn.config.NodeDefinition;
import io.torvyn.engine.CompiledComponent;
import io.torvyn.engine.WasmEngine;
import io.torvyn.linker.LinkReport;
import io.torvyn.linker.NodeFacts;
import io.torvyn.linker.PipelineLinker;
import io.torvyn.pipeline.GuestImports;
import io.torvyn.pipeline.NativeStages;
import io.torvyn.pipeline.StandardStreams;
import io.torvyn.security.AuditLog;
import io.torvyn.security.Capability;
import io.torvyn.types.Diagnostic;
import io.torvyn.types.ErrorCode;
import io.torvyn.types.NearestName;
import io.torvyn.types.TorvynException;
import io.torvyn.wasi.Wasi;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds out whether a flow can start: reads its manifest's nodes, compiles their components, decides what each may do, and
 * links. Whatever would keep the flow from its first element and is known before a guest's code runs is in the report;
 * starting a flow refuses nothing else. Safe for use by many threads.
 */
final class FlowLinking {
    private final WasmEngine engine;
    private final NativeStages installed;
    private final StandardStreams streams;

    FlowLinking(WasmEngine engine, NativeStages installed, StandardStreams streams) {
        this.engine = engine;
        this.installed = installed;
        this.streams = streams;
    }

    /**
     * What linking came to.
     *
     * @param compiled by node
     * @param grants of the nodes whose capabilities could be understood
     */
    record Linked(LinkReport report, Map<String, CompiledComponent> compiled, Grants grants) {}

    /**
     * @param components where the {@code .wasm} of this project's components are looked for in place of the usual places
     * @param given what the application has given itself
     * @param audit hears what was decided about capabilities
     */
    Linked link(Manifest manifest, FlowDefinition flow, Optional<Path> components, StagesInCode given, AuditLog audit) {
        NativeStages natives = installed.with(given.stages());
        Map<String, CompiledComponent> compiled = new LinkedHashMap<>();
        Map<String, NodeFacts> facts = new LinkedHashMap<>();
        var grants = new Grants.Resolution(manifest, audit);
        for (NodeDefinition node : flow.nodes()) {
            List<Diagnostic> findings = new ArrayList<>(notEnforced(node));
            Optional<Path> artifact = Optional.empty();
            if (node.component() instanceof ComponentReference.Native) {
                natives.check(node, manifest.directory(), streams)
                        .map(failure -> Diagnostic.error(failure.code(), failure.message(), failure.help())
                                .at(node.position()))
                        .ifPresent(findings::add);
            } else {
                byte[] bytes = given.components().get(node.name());
                if (bytes != null) {
                    compile(bytes, node.component().toString(), node, findings)
                            .ifPresent(component -> compiled.put(node.name(), component));
                } else {
                    artifact = artifact(manifest, node, components, findings);
                    artifact.flatMap(file -> compile(file, node, findings))
                            .ifPresent(component -> compiled.put(node.name(), component));
                }
                Optional<Component> component =
                        Optional.ofNullable(compiled.get(node.name())).map(CompiledComponent::component);
                findings.addAll(grants.resolve(node, component.map(FlowLinking::imports)));
                component.ifPresent(known -> findings.addAll(directories(manifest, node, known, grants)));
            }
            facts.put(
                    node.name(),
                    new NodeFacts(
                            Optional.ofNullable(compiled.get(node.name())).map(CompiledComponent::component),
                            artifact.map(Path::toString).orElse(""),
                            grants.of(node.name()).all().stream()
                                    .map(Capability::toString)
                                    .toList(),
                            findings));
        }
        return new Linked(
                new PipelineLinker().link(flow, facts, natives.roles(), GuestImports.ofHost()),
                compiled,
                grants.finish());
    }

    private static List<String> imports(Component component) {
        return component.imports().stream().map(ComponentImport::name).toList();
    }

    /** Settings that the manifest knows and this build does not act on: better no flow than one without its limits. */
    private static List<Diagnostic> notEnforced(NodeDefinition node) {
        List<Diagnostic> errors = new ArrayList<>();
        if (node.component() instanceof ComponentReference.Oci(var reference)) {
            errors.add(notEnforced(node, "a component from a registry (" + reference + ")"));
        }
        return errors;
    }

    private static Diagnostic notEnforced(NodeDefinition node, String what) {
        return Diagnostic.error(
                        ErrorCode.SEMANTIC_ERROR,
                        "node '" + node.name() + "' asks for " + what + ", which this version of Torvyn cannot do yet",
                        "Remove it, or wait for a later version.")
                .at(node.position());
    }

    private static List<Path> places(Manifest manifest, NodeDefinition node, Optional<Path> components) {
        return components
                .flatMap(folder -> switch (node.component()) {
                    case ComponentReference.Named(var name) -> Optional.of(List.of(folder.resolve(name + ".wasm")));
                    case ComponentReference.File _,
                            ComponentReference.Native _,
                            ComponentReference.Oci _,
                            ComponentReference.Given _ -> Optional.<List<Path>>empty();
                })
                .orElseGet(() -> manifest.artifactPlaces(node));
    }

    private static Optional<Path> artifact(
            Manifest manifest, NodeDefinition node, Optional<Path> components, List<Diagnostic> findings) {
        List<Path> places = places(manifest, node, components);
        Optional<Path> file = places.stream().filter(Files::isRegularFile).findFirst();
        if (file.isEmpty() && !(node.component() instanceof ComponentReference.Oci)) {
            findings.add(Diagnostic.error(
                            ErrorCode.COMPONENT_NOT_FOUND,
                            "the component '%s' of node '%s' is not there".formatted(node.component(), node.name()),
                            howToGet(manifest, node.component()))
                    .at(node.componentPosition())
                    .noting(places.stream().map(place -> "looked for " + place).toList()));
        }
        return file;
    }

    private static String howToGet(Manifest manifest, ComponentReference component) {
        if (!(component instanceof ComponentReference.Named(var name))) {
            return "Correct its path, or build it.";
        }
        if (manifest.component(name).isPresent()) {
            return "Build it with `torvyn build`; `artifact` in its [[component]] table names a file elsewhere.";
        }
        return NearestName.of(
                        name,
                        manifest.components().stream()
                                .map(ComponentDefinition::name)
                                .toList())
                .map("Did you mean '%s'?"::formatted)
                .orElse("Declare it with a `[[component]]` table in %s, or name a file.".formatted(manifest.file()));
    }

    private Optional<CompiledComponent> compile(Path file, NodeDefinition node, List<Diagnostic> findings) {
        byte[] wasm;
        try {
            wasm = Component.bytes(file);
        } catch (EngineException e) {
            findings.add(notCompiled(node, e));
            return Optional.empty();
        } catch (TorvynException e) {
            findings.add(Diagnostic.error(
                            e.failure().code(),
                            "node '%s': %s".formatted(node.name(), e.failure().message()),
                            e.failure().help())
                    .at(node.componentPosition()));
            return Optional.empty();
        }
        return compile(wasm, file.toString(), node, findings);
    }

    private Optional<CompiledComponent> compile(
            byte[] wasm, String source, NodeDefinition node, List<Diagnostic> findings) {
        try {
            return Optional.of(node.fuel() == 0 ? engine.compile(wasm, source) : engine.compileMetered(wasm, source));
        } catch (EngineException e) {
            findings.add(notCompiled(node, e));
            return Optional.empty();
        }
    }

    private static Diagnostic notCompiled(NodeDefinition node, EngineException e) {
        return Diagnostic.error(
                        ErrorCode.COMPONENT_NOT_COMPILED,
                        "the component of node '%s' does not compile".formatted(node.name()),
                        e.failure().help())
                .at(node.componentPosition())
                .noting(List.of(
                        "[" + e.failure().code().id() + "] " + e.failure().message()));
    }

    private List<Diagnostic> directories(
            Manifest manifest, NodeDefinition node, Component component, Grants.Resolution grants) {
        return Wasi.check(
                        component, Grants.wasi(grants.of(node.name()), streams).directories())
                .stream()
                .map(finding -> manifest.security().grantsFor(node).stream()
                        .findFirst()
                        .map(grant -> finding.at(grant.position()))
                        .orElse(finding))
                .toList();
    }
}
