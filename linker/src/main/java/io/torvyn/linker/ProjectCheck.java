package io.torvyn.linker;

import io.torvyn.component.ComponentFile;
import io.torvyn.config.ComponentDefinition;
import io.torvyn.config.ComponentReference;
import io.torvyn.config.Manifest;
import io.torvyn.config.ManifestLoader;
import io.torvyn.config.NodeDefinition;
import io.torvyn.config.StageInterface;
import io.torvyn.contracts.ContractChange;
import io.torvyn.contracts.ContractComparison;
import io.torvyn.contracts.WitInterface;
import io.torvyn.contracts.WitPackage;
import io.torvyn.contracts.WitPackages;
import io.torvyn.contracts.WitWorld;
import io.torvyn.types.Diagnostic;
import io.torvyn.types.DiagnosticsException;
import io.torvyn.types.ErrorCode;
import io.torvyn.types.TorvynException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Checks a project without building or running anything of it: spec/cli.md, {@code check}. The manifest, the WIT of its
 * components, what their worlds export and import, and what has been built already.
 *
 * <p>No step stops at its first finding, and a step that fails does not keep the others from what can be checked without
 * it.
 */
public final class ProjectCheck {
    private static final String WIT = "wit";
    private static final int MOST_NOTED = 5;
    private static final int MOST_FOLDERS = 100;
    private static final Set<String> NOT_SOURCES = Set.of(WIT, "target", "node_modules");

    private final Path directory;
    private final CheckFindings findings;
    private final Map<Path, Optional<ComponentWit>> read = new LinkedHashMap<>();
    private final Map<String, CheckReport.World> worlds = new LinkedHashMap<>();
    private int binaries;

    private ProjectCheck(Path manifest) {
        Path parent = manifest.getParent();
        this.directory = parent == null ? Path.of("") : parent;
        this.findings = new CheckFindings(directory);
    }

    /**
     * Checks a project.
     *
     * @param place its manifest, or the directory that holds a {@code Torvyn.toml}
     * @param manifests what reads it, with whatever else has a say in it
     * @param older WIT that the project's own packages are compared with, where it has other versions of them
     * @throws DiagnosticsException E0700 or E0001 when there is no manifest to be read
     */
    public static CheckReport of(Path place, ManifestLoader manifests, Optional<Path> older) {
        Path manifest = Files.isDirectory(place) ? place.resolve(Manifest.FILE_NAME) : place;
        return new ProjectCheck(manifest).check(manifest, manifests, older);
    }

    private CheckReport check(Path place, ManifestLoader manifests, Optional<Path> older) {
        Optional<Manifest> manifest = manifest(place, manifests);
        manifest.ifPresentOrElse(this::check, this::anyWit);
        List<ContractComparison> comparisons = older.map(this::compare).orElse(List.of());
        return new CheckReport(
                manifest,
                read.values().stream()
                        .flatMap(Optional::stream)
                        .mapToInt(wit -> wit.packages().files())
                        .sum(),
                List.copyOf(worlds.values()),
                manifest.map(m -> m.capabilities().required().size()
                                + m.capabilities().optional().size())
                        .orElse(0),
                binaries,
                comparisons,
                findings.failed(),
                findings.inReadingOrder());
    }

    private static WitPackages load(Path wit) {
        return WitPackages.load(wit, Set.of(), ComponentFile::packageText);
    }

    /** What has changed in the project's packages since the older WIT, and whether their versions say so: E0140. */
    private List<ContractComparison> compare(Path older) {
        WitPackages before;
        try {
            before = load(older);
        } catch (DiagnosticsException e) {
            findings.addAll(CheckReport.Step.WIT, e.diagnostics());
            return List.of();
        }
        List<ContractComparison> comparisons = new ArrayList<>();
        for (ComponentWit wit : read.values().stream().flatMap(Optional::stream).toList()) {
            for (WitPackage now : wit.packages().roots()) {
                before.packages().stream()
                        .filter(old -> InterfaceNames.path(old.name()).equals(InterfaceNames.path(now.name())))
                        .findFirst()
                        .ifPresent(old -> comparisons.add(compare(wit, old, now)));
            }
        }
        if (comparisons.isEmpty() && read.values().stream().anyMatch(Optional::isPresent)) {
            findings.add(
                    CheckReport.Step.WIT,
                    Diagnostic.error(
                                    ErrorCode.WIT_PACKAGE_NOT_FOUND,
                                    "%s has no package of this project".formatted(findings.relative(older.toString())),
                                    "Name a file or folder with an older version of the project's WIT.")
                            .expecting(ownPackages(), packages(before.packages())));
        }
        return comparisons;
    }

    private ContractComparison compare(ComponentWit wit, WitPackage old, WitPackage now) {
        ContractComparison comparison = ContractComparison.of(old, now);
        comparison.versionFinding().ifPresent(finding -> {
            Optional<Diagnostic.Location> place = Stream.concat(
                            now.interfaces().stream().map(WitInterface::name),
                            now.worlds().stream().map(WitWorld::name))
                    .findFirst()
                    .flatMap(first -> wit.packages().locate(first));
            List<String> breaking = comparison.changes().stream()
                    .filter(change -> change.effect() == ContractChange.Effect.BREAKING)
                    .limit(MOST_NOTED)
                    .map(ContractChange::toString)
                    .toList();
            Diagnostic noted = finding.noting(breaking);
            findings.add(CheckReport.Step.WIT, place.map(noted::at).orElse(noted));
        });
        return comparison;
    }

    private String ownPackages() {
        return packages(read.values().stream()
                .flatMap(Optional::stream)
                .flatMap(wit -> wit.packages().roots().stream())
                .toList());
    }

    private static String packages(List<WitPackage> packages) {
        return packages.stream().map(WitPackage::name).limit(10).collect(Collectors.joining(", "));
    }

    /** Nothing says where the components are; their WIT is where {@code torvyn init} puts it, or as near as that. */
    private void anyWit() {
        wit(directory.resolve(WIT));
        for (Path folder : folders(directory)) {
            wit(folder.resolve(WIT));
            for (Path inner : folders(folder)) {
                wit(inner.resolve(WIT));
            }
        }
    }

    private static List<Path> folders(Path parent) {
        try (Stream<Path> entries = Files.list(parent)) {
            return entries.filter(Files::isDirectory)
                    .filter(folder -> !NOT_SOURCES.contains(folder.getFileName().toString())
                            && !folder.getFileName().toString().startsWith("."))
                    .sorted()
                    .limit(MOST_FOLDERS)
                    .toList();
        } catch (IOException | UncheckedIOException e) {
            return List.of(); // whoever needs it is told so when the manifest can be read
        }
    }

    private Optional<Manifest> manifest(Path place, ManifestLoader manifests) {
        try {
            Manifest manifest = manifests.load(place);
            findings.addAll(CheckReport.Step.MANIFEST, manifest.warnings());
            return Optional.of(manifest);
        } catch (DiagnosticsException e) {
            ErrorCode code = e.failure().code();
            if (code == ErrorCode.MANIFEST_NOT_FOUND || code == ErrorCode.IO_ERROR) {
                throw e;
            }
            findings.addAll(CheckReport.Step.MANIFEST, e.diagnostics());
            return Optional.empty();
        }
    }

    private void check(Manifest manifest) {
        CapabilityDeclarations capabilities = new CapabilityDeclarations(manifest.capabilities());
        findings.addAll(CheckReport.Step.CAPABILITIES, capabilities.findings());
        Optional<ComponentWit> shared = wit(directory.resolve(WIT));
        List<ComponentDefinition> components = manifest.components().isEmpty()
                ? manifest.component(manifest.project().name()).stream().toList()
                : manifest.components();
        List<ComponentDefinition> withoutWit = new ArrayList<>();
        for (ComponentDefinition component : components) {
            if (!check(manifest, component, shared, capabilities)) {
                withoutWit.add(component);
            }
        }
        if (!withoutWit.isEmpty() && !isPipelineOnly(manifest)) {
            findings.add(CheckReport.Step.WIT, missingWit(withoutWit));
        }
        if (manifest.components().isEmpty()) {
            shared.ifPresent(wit -> findings.addAll(CheckReport.Step.WIT, versions(manifest, wit)));
        }
    }

    /** Told once, with the place of each: in a project of built components it is nothing new for the second one. */
    private Diagnostic missingWit(List<ComponentDefinition> components) {
        String names = components.stream()
                .limit(MOST_NOTED)
                .map(component -> "`" + component.name() + "`")
                .collect(Collectors.joining(", "));
        String folders = components.stream()
                .limit(MOST_NOTED)
                .map(component ->
                        findings.relative(folder(component).resolve(WIT).toString()))
                .distinct()
                .collect(Collectors.joining(", "));
        int others = components.size() - MOST_NOTED;
        Diagnostic finding = Diagnostic.warning(
                ErrorCode.WIT_PACKAGE_DECLARATION,
                (components.size() == 1
                                ? "component %s has no WIT: there is no folder %s"
                                : "components %s have no WIT: there is no folder %s")
                        .formatted(others > 0 ? names + " and " + others + " more" : names, folders),
                "Make it, with the component's world, and in its `deps` the contracts that the world uses; until then only"
                        + " what is built can be checked.");
        for (ComponentDefinition component : components.subList(0, Math.min(components.size(), MOST_NOTED))) {
            finding = finding.locations().isEmpty()
                    ? finding.at(component.position())
                    : finding.andAt(component.position());
        }
        return finding;
    }

    private Path folder(ComponentDefinition component) {
        return directory.resolve(component.path()).normalize();
    }

    /** @return whether there is WIT that it is built from, whatever is wrong with that */
    private boolean check(
            Manifest manifest,
            ComponentDefinition component,
            Optional<ComponentWit> shared,
            CapabilityDeclarations capabilities) {
        List<NodeDefinition> nodes = nodes(manifest, component);
        Path folder = folder(component);
        boolean declared = !manifest.components().isEmpty();
        if (declared && !Files.isDirectory(folder)) {
            findings.add(
                    CheckReport.Step.MANIFEST,
                    Diagnostic.error(
                                    ErrorCode.IO_ERROR,
                                    "component `%s`: there is no folder %s"
                                            .formatted(component.name(), component.path()),
                                    "Correct its `path`, or make it with `torvyn init`.")
                            .at(component.position()));
        }
        Path own = folder.resolve(WIT);
        boolean hasOwn = declared && Files.isDirectory(own);
        boolean anyFolder = hasOwn || Files.isDirectory(directory.resolve(WIT));
        Optional<ComponentWit> wit = hasOwn ? wit(own) : shared;
        wit.ifPresent(present -> check(present, nodes, capabilities));
        binary(manifest, component, nodes, wit);
        return anyFolder;
    }

    /** The nodes of all flows that a component is for. */
    private static List<NodeDefinition> nodes(Manifest manifest, ComponentDefinition component) {
        return manifest.flows().stream()
                .flatMap(flow -> flow.nodes().stream())
                .filter(node ->
                        node.component() instanceof ComponentReference.Named(var name) && name.equals(component.name()))
                .toList();
    }

    /** Whether a project is a flow of what others have made. */
    private static boolean isPipelineOnly(Manifest manifest) {
        return manifest.components().isEmpty()
                && !manifest.flows().isEmpty()
                && manifest.flows().stream()
                        .flatMap(flow -> flow.nodes().stream())
                        .noneMatch(node -> node.component() instanceof ComponentReference.Named);
    }

    /** Reads a folder of WIT once; empty when it is not there, or what is wrong with it has been told. */
    private Optional<ComponentWit> wit(Path folder) {
        Optional<ComponentWit> known = read.get(folder);
        if (known != null) {
            return known;
        }
        Optional<ComponentWit> wit = Optional.empty();
        if (Files.isDirectory(folder)) {
            try {
                wit = Optional.of(new ComponentWit(findings.relative(folder.toString()), load(folder)));
                findings.addAll(CheckReport.Step.WIT, wit.get().claims());
            } catch (DiagnosticsException e) {
                findings.addAll(CheckReport.Step.WIT, e.diagnostics());
            }
        }
        read.put(folder, wit);
        return wit;
    }

    private void check(ComponentWit wit, List<NodeDefinition> nodes, CapabilityDeclarations capabilities) {
        wit.missingWorld(nodes.stream().findFirst().map(node -> node.stageInterface()
                        .name()))
                .ifPresent(finding -> findings.add(CheckReport.Step.WORLD, finding));
        for (WitWorld world : wit.worlds()) {
            worlds.put(
                    world.name(),
                    new CheckReport.World(
                            world.name(),
                            ComponentWit.roles(world).stream()
                                    .map(StageInterface::name)
                                    .toList()));
            findings.addAll(
                    CheckReport.Step.CAPABILITIES,
                    capabilities.findings(world, name -> wit.place(world, WitPackages.IMPORT, name)));
        }
        findings.addAll(CheckReport.Step.WIT, wit.deprecations());
        if (!wit.worlds().isEmpty()) {
            nodes.forEach(node -> findings.addAll(CheckReport.Step.WORLD, role(wit, node)));
        }
    }

    /** What a node declares, some world has to export: E0105. */
    private static List<Diagnostic> role(ComponentWit wit, NodeDefinition node) {
        List<String> exported = wit.worlds().stream()
                .flatMap(world -> ComponentWit.roles(world).stream())
                .map(StageInterface::name)
                .distinct()
                .toList();
        String wanted = node.stageInterface().name();
        return exported.contains(wanted)
                ? List.of()
                : List.of(Diagnostic.error(
                                ErrorCode.MISSING_REQUIRED_EXPORT,
                                "node `%s` is to be %s, which no world in %s exports"
                                        .formatted(node.name(), wanted, wit.folder()),
                                "Write `interface = \"%s\"`, or export %s."
                                        .formatted(exported.getFirst(), InterfaceNames.ofContract(wanted)))
                        .at(node.interfacePosition())
                        .expecting(wanted, String.join(", ", exported)));
    }

    /** A package of the project's own has the project's version: E0122, as a warning. */
    private static List<Diagnostic> versions(Manifest manifest, ComponentWit wit) {
        List<Diagnostic> found = new ArrayList<>();
        for (WitPackage root : wit.packages().roots()) {
            String version = InterfaceNames.version(root.name());
            String wanted = manifest.project().version();
            if (ContractNames.contract(root.name()).isEmpty()
                    && !version.isEmpty()
                    && !version.equals(wanted)
                    && !root.worlds().isEmpty()) {
                Diagnostic finding = Diagnostic.warning(
                                ErrorCode.UNSATISFIABLE_VERSION,
                                "WIT package `%s` is not of the project's version".formatted(root.name()),
                                "Align the two: the package's version, or `version` under `[torvyn]`.")
                        .expecting(wanted, version);
                found.add(wit.packages()
                        .locate(root.worlds().getFirst().name())
                        .map(finding::at)
                        .orElse(finding));
            }
        }
        return found;
    }

    private void binary(
            Manifest manifest, ComponentDefinition component, List<NodeDefinition> nodes, Optional<ComponentWit> wit) {
        Optional<Path> built = manifest.artifactPlaces(component).stream()
                .filter(Files::isRegularFile)
                .findFirst();
        if (built.isEmpty()) {
            return;
        }
        String shown = findings.relative(built.get().toString());
        try {
            var binary = new ComponentBinary(component.name(), shown, ComponentFile.read(built.get(), shown));
            binaries++;
            findings.addAll(CheckReport.Step.BINARIES, binary.findings(nodes, wit));
        } catch (TorvynException e) {
            findings.add(
                    CheckReport.Step.BINARIES,
                    Diagnostic.error(
                                    ErrorCode.COMPONENT_NOT_COMPILED,
                                    "component `%s` cannot be used: %s"
                                            .formatted(
                                                    component.name(),
                                                    e.failure().message()),
                                    e.failure().help())
                            .at(new Diagnostic.Location(shown, 0, 0, "")));
        }
    }
}
