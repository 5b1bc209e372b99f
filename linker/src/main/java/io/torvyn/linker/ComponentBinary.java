package io.torvyn.linker;

import io.torvyn.component.ComponentFile;
import io.torvyn.config.NodeDefinition;
import io.torvyn.config.StageInterface;
import io.torvyn.contracts.WitPackage;
import io.torvyn.contracts.WitPackages;
import io.torvyn.contracts.WitWorld;
import io.torvyn.types.Diagnostic;
import io.torvyn.types.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A component that has been built, held against the contracts that it claims, the world that it was built from and the
 * nodes that it is for. What it imports of WASI is of no account: toolchains import much that is never called.
 *
 * @param name of the component
 * @param path of its file, as the reader knows it
 */
record ComponentBinary(String name, String path, ComponentFile file) {
    private static final String MEND = "Rebuild it against the contract's WIT.";

    private Diagnostic.Location place() {
        return new Diagnostic.Location(path, 0, 0, "");
    }

    /**
     * @param nodes those that the component is for
     * @param wit what it was built from, if it is there
     */
    List<Diagnostic> findings(List<NodeDefinition> nodes, Optional<ComponentWit> wit) {
        List<Diagnostic> findings = new ArrayList<>(roles(nodes));
        wit.ifPresent(built -> findings.addAll(world(built)));
        switch (file.world()) {
            case ComponentFile.World.Wit(var packages) -> {
                for (WitPackage claimed : packages.packages()) {
                    findings.addAll(claims(claimed, wit));
                }
            }
            case ComponentFile.World.Package _ -> {} // exports nothing that a stage has
            case ComponentFile.World.NoWit(var why) ->
                findings.add(Diagnostic.warning(
                                ErrorCode.CONTRACT_TYPE_MISMATCH,
                                "component `%s` cannot be compared with its contract: %s".formatted(name, why),
                                "Its names were checked; its types will be when it is started.")
                        .at(place()));
        }
        return findings;
    }

    private List<Diagnostic> claims(WitPackage claimed, Optional<ComponentWit> wit) {
        Optional<WitPackage> contract = ContractNames.contract(claimed.name());
        if (contract.isPresent() && !ContractNames.serves(contract.get(), claimed.name())) {
            return List.of(ComponentWit.otherVersion(
                            "component `%s` was built for".formatted(name),
                            claimed.name(),
                            contract.get().name())
                    .at(place()));
        }
        boolean isWasi = claimed.name().startsWith("wasi:");
        return contract.or(() -> isWasi ? Optional.empty() : written(claimed.name(), wit))
                .map(original -> new ContractClaim(
                                "component `%s`".formatted(name), claimed, original, exportedOf(claimed.name()), MEND)
                        .findings(_ -> Optional.of(place())))
                .orElse(List.of());
    }

    private static Optional<WitPackage> written(String packageName, Optional<ComponentWit> wit) {
        return wit.stream()
                .flatMap(built -> built.packages().packages().stream())
                .filter(each -> each.name().equals(packageName))
                .findFirst();
    }

    private Set<String> exportedOf(String packageName) {
        return file.exports().stream()
                .filter(export -> InterfaceNames.packageOf(export).equals(packageName))
                .map(InterfaceNames::plain)
                .collect(Collectors.toUnmodifiableSet());
    }

    /** What its nodes are to do, it must export: E0105. */
    private List<Diagnostic> roles(List<NodeDefinition> nodes) {
        List<Diagnostic> findings = new ArrayList<>();
        List<StageInterface> exported = file.exports().stream()
                .flatMap(export -> StageInterface.parse(export).stream())
                .toList();
        if (exported.isEmpty()) {
            if (file.world() instanceof ComponentFile.World.Package) {
                findings.add(missing(
                        "component `%s` is a WIT package in binary form, which has no code".formatted(name),
                        "Put it into `wit/deps`, and the component itself in its place."));
                return findings;
            }
            findings.add(missing(
                    "component `%s` exports no interface of a stage".formatted(name),
                    "Add `export %s;` to its world, and rebuild it."
                            .formatted(InterfaceNames.ofContract(nodes.stream()
                                    .findFirst()
                                    .map(node -> node.stageInterface().name())
                                    .orElse("torvyn:streaming/processor")))));
            return findings;
        }
        for (NodeDefinition node : nodes) {
            String wanted = node.stageInterface().name();
            if (exported.stream().noneMatch(one -> one.name().equals(wanted))) {
                String found = exported.stream().map(StageInterface::name).collect(Collectors.joining(", "));
                findings.add(missing(
                                "node `%s` is to be %s, which component `%s` does not export"
                                        .formatted(node.name(), wanted, name),
                                "Write `interface = \"%s\"`, or rebuild the component from a world that exports the other."
                                        .formatted(exported.getFirst().name()))
                        .at(node.interfacePosition())
                        .andAt(place())
                        .expecting(wanted, found));
            }
        }
        return findings;
    }

    private Diagnostic missing(String message, String help) {
        return Diagnostic.error(ErrorCode.MISSING_REQUIRED_EXPORT, message, help)
                .at(place());
    }

    /** The world that it was built from, as far as names go: E0105, and E0106 as a warning. */
    private List<Diagnostic> world(ComponentWit wit) {
        List<WitWorld> worlds = wit.worlds();
        List<WitWorld> fitting =
                worlds.stream().filter(world -> lacking(world).isEmpty()).toList();
        List<Diagnostic> findings = new ArrayList<>();
        if (worlds.size() == 1) {
            WitWorld world = worlds.getFirst();
            for (String lacking : lacking(world)) {
                Diagnostic finding = missing(
                        "component `%s` does not export %s, as its world `%s` has it"
                                .formatted(name, lacking, world.name()),
                        "Rebuild it; it may be older than its WIT.");
                findings.add(wit.place(world, WitPackages.EXPORT, lacking)
                        .map(finding::andAt)
                        .orElse(finding));
            }
        } else if (fitting.isEmpty() && !worlds.isEmpty()) {
            findings.add(missing(
                            "component `%s` does not export what any of its worlds has".formatted(name),
                            "Rebuild it; it may be older than its WIT.")
                    .noting(List.of("the worlds in %s are %s".formatted(wit.folder(), names(worlds)))));
        }
        if (!fitting.isEmpty()) {
            for (String wanted : file.imports()) {
                if (!wanted.startsWith("wasi:")
                        && wanted.contains(":")
                        && fitting.stream().noneMatch(world -> imports(world, wanted))) {
                    findings.add(Diagnostic.warning(
                                    ErrorCode.CONTRACT_TYPE_MISMATCH,
                                    "component `%s` imports %s, which %s does not"
                                            .formatted(name, wanted, names(fitting)),
                                    "Rebuild it; it may be older than its WIT.")
                            .at(place()));
                }
            }
        }
        return findings;
    }

    private static String names(List<WitWorld> worlds) {
        return worlds.stream().map(world -> "`" + world.name() + "`").collect(Collectors.joining(", "));
    }

    private List<String> lacking(WitWorld world) {
        return world.exports().stream()
                .map(WitWorld.Item::name)
                .filter(wanted -> !file.exports().contains(wanted)
                        && InterfaceNames.match(wanted, file.exports()).isEmpty())
                .toList();
    }

    private static boolean imports(WitWorld world, String wanted) {
        List<String> names = world.imports().stream().map(WitWorld.Item::name).toList();
        return names.contains(wanted) || InterfaceNames.match(wanted, names).isPresent();
    }
}
