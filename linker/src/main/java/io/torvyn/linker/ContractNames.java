package io.torvyn.linker;

import io.torvyn.contracts.Contracts;
import io.torvyn.contracts.WitPackage;
import java.util.List;
import java.util.Optional;

/** The contracts that come with this build, by the names under which others speak of them. */
final class ContractNames {
    private ContractNames() {}

    /**
     * The package that {@code name} means, in whatever version; empty when it is none of ours.
     *
     * @param name of a package, with or without a version
     */
    static Optional<WitPackage> contract(String name) {
        String path = InterfaceNames.path(name);
        return Contracts.packages().packages().stream()
                .filter(ours -> InterfaceNames.path(ours.name()).equals(path))
                .findFirst();
    }

    /** Whether this build can stand in for {@code name}, by the rules of names when a component is instantiated. */
    static boolean serves(WitPackage contract, String name) {
        return InterfaceNames.match(InterfaceNames.in(name, "any"), List.of(InterfaceNames.in(contract.name(), "any")))
                .isPresent();
    }
}
