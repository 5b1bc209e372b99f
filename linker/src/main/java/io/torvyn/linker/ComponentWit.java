package io.torvyn.linker;

import io.torvyn.config.StageInterface;
import io.torvyn.contracts.Stability;
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
import java.util.stream.Stream;

/**
 * The WIT that a component is written against.
 *
 * @param folder as the reader knows it
 */
record ComponentWit(String folder, WitPackages packages) {
    /** The worlds that a component of a flow can have: those that export an interface of a stage. */
    List<WitWorld> worlds() {
        return allWorlds().filter(world -> !roles(world).isEmpty()).toList();
    }

    private Stream<WitWorld> allWorlds() {
        return packages.roots().stream().flatMap(root -> root.worlds().stream());
    }

    /** The interfaces of a stage that a world exports. */
    static List<StageInterface> roles(WitWorld world) {
        return world.exports().stream()
                .flatMap(item -> StageInterface.parse(item.name()).stream())
                .toList();
    }

    /** Where an import or export of a world is written. */
    Optional<Diagnostic.Location> place(WitWorld world, String side, String name) {
        return packages.locate(world.name(), side, name);
    }

    /** E0120, unless there is a world. */
    Optional<Diagnostic> missingWorld(Optional<String> wanted) {
        if (!worlds().isEmpty()) {
            return Optional.empty();
        }
        String example = InterfaceNames.ofContract(wanted.orElse("torvyn:streaming/processor"));
        List<WitWorld> others = allWorlds().toList();
        Diagnostic finding = Diagnostic.error(
                ErrorCode.NO_EXPORTED_INTERFACE,
                others.isEmpty()
                        ? "there is no world in %s".formatted(folder)
                        : "no world in %s exports an interface of a stage".formatted(folder),
                (others.isEmpty()
                        ? "Declare one that exports what the component is: `world %s { export %s; }`."
                                .formatted("my-component", example)
                        : "Add `export %s;` to the world.".formatted(example)));
        return Optional.of(finding.at(others.stream()
                        .findFirst()
                        .flatMap(world -> packages.locate(world.name()))
                        .orElse(new Diagnostic.Location(folder, 0, 0, "")))
                .noting(List.of("interfaces of stages are " + String.join(", ", StageInterface.NAMES))));
    }

    /** What it says of the contracts that come with this build: E0103, E0106, E0123, E0141, E0142, E0144. */
    List<Diagnostic> claims() {
        List<Diagnostic> findings = new ArrayList<>();
        for (WitPackage claimed : packages.packages()) {
            ContractNames.contract(claimed.name()).ifPresent(contract -> {
                if (ContractNames.serves(contract, claimed.name())) {
                    findings.addAll(new ContractClaim(
                                    "the WIT in " + folder,
                                    claimed,
                                    contract,
                                    exportedOf(claimed.name()),
                                    "Take the contract's WIT as it is; a copy may leave out whole interfaces.")
                            .findings(path -> packages.locate(
                                    InterfaceNames.in(claimed.name(), path.getFirst()),
                                    path.subList(1, path.size()).toArray(String[]::new))));
                } else {
                    Diagnostic finding = otherVersion("the WIT in " + folder + " has", claimed.name(), contract.name());
                    findings.add(claimed.interfaces().stream()
                            .findFirst()
                            .flatMap(first -> packages.locate(first.name()))
                            .map(finding::at)
                            .orElse(finding));
                }
            });
        }
        return findings;
    }

    /** E0103. */
    static Diagnostic otherVersion(String who, String claimed, String contract) {
        return Diagnostic.error(
                        ErrorCode.VERSION_INCOMPATIBLE,
                        "%s %s; this build runs %s".formatted(who, claimed, contract),
                        "Move to %s, and rebuild what was built for the other.".formatted(contract))
                .expecting(contract, claimed);
    }

    private Set<String> exportedOf(String packageName) {
        return worlds().stream()
                .flatMap(world -> world.exports().stream())
                .map(WitWorld.Item::name)
                .filter(name -> InterfaceNames.packageOf(name).equals(packageName))
                .map(InterfaceNames::plain)
                .collect(Collectors.toUnmodifiableSet());
    }

    /** E0114. */
    List<Diagnostic> deprecations() {
        List<Diagnostic> findings = new ArrayList<>();
        for (WitWorld world : worlds()) {
            world.stability()
                    .deprecated()
                    .ifPresent(since -> findings.add(deprecated(
                            "world `%s` is deprecated since %s".formatted(world.name(), since),
                            world.docs(),
                            packages.locate(world.name()))));
            deprecations(world, WitPackages.IMPORT, world.imports(), findings);
            deprecations(world, WitPackages.EXPORT, world.exports(), findings);
        }
        return findings;
    }

    private void deprecations(WitWorld world, String side, List<WitWorld.Item> items, List<Diagnostic> findings) {
        for (WitWorld.Item item : items) {
            deprecatedSince(item)
                    .ifPresent(since -> findings.add(deprecated(
                            "world `%s` %ss `%s`, which is deprecated since %s"
                                    .formatted(world.name(), side, item.name(), since),
                            docs(item),
                            place(world, side, item.name()))));
        }
    }

    private static Optional<String> deprecatedSince(WitWorld.Item item) {
        return switch (item) {
            case WitWorld.Item.Interface(var _, var definition, var _, Stability stability, var _) ->
                stability.deprecated().or(() -> definition.stability().deprecated());
            case WitWorld.Item.Function(var _, var definition) ->
                definition.stability().deprecated();
        };
    }

    private static String docs(WitWorld.Item item) {
        return switch (item) {
            case WitWorld.Item.Interface(var _, var definition, var docs, var _, var _) ->
                docs.isEmpty() ? definition.docs() : docs;
            case WitWorld.Item.Function(var _, var definition) -> definition.docs();
        };
    }

    /** @param docs where authors say what to use instead */
    private static Diagnostic deprecated(String message, String docs, Optional<Diagnostic.Location> place) {
        Diagnostic finding = Diagnostic.warning(
                        ErrorCode.DEPRECATED_CONTRACT,
                        message,
                        docs.isEmpty()
                                ? "Ask who publishes it what replaces it."
                                : "Move to what replaces it; its comment may say to what.")
                .noting(docs.lines().limit(3).toList());
        return place.map(finding::at).orElse(finding);
    }
}
