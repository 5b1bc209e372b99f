package io.torvyn.linker;

import io.torvyn.config.StageInterface;
import io.torvyn.contracts.ContractChange;
import io.torvyn.contracts.ContractComparison;
import io.torvyn.contracts.WitPackage;
import io.torvyn.types.Diagnostic;
import io.torvyn.types.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * A package as a component or its WIT has it, held against the contract that it claims to be. It may have less than the
 * contract, but for the functions of what is exported; what it has must be the same.
 *
 * @param who has it, as the beginning of a sentence: {@code component `greet`}
 * @param claimed whose name, or its part before the version, is that of {@code contract}
 * @param exported the plain names of the interfaces that are exported
 * @param mend what to do about it, as a sentence
 */
record ContractClaim(String who, WitPackage claimed, WitPackage contract, Set<String> exported, String mend) {
    /**
     * E0106, E0123, E0141, E0142 and E0144.
     *
     * @param place of an item by its path
     */
    List<Diagnostic> findings(Function<List<String>, Optional<Diagnostic.Location>> place) {
        List<Diagnostic> findings = new ArrayList<>();
        for (ContractChange change : ContractComparison.of(withoutWorlds(claimed), withoutWorlds(contract))
                .changes()) {
            finding(change).ifPresent(finding -> {
                List<String> path = List.of(change.path().split("\\."));
                findings.add(place.apply(path).map(finding::at).orElse(finding));
            });
        }
        return findings;
    }

    private static WitPackage withoutWorlds(WitPackage whole) {
        return new WitPackage(whole.name(), whole.interfaces(), List.of(), whole.docs());
    }

    private Optional<Diagnostic> finding(ContractChange change) {
        return switch (change.effect()) {
            case REMARK -> Optional.empty();
            case ADDITION -> missing(change);
            case BREAKING -> different(change);
        };
    }

    /** Something that the contract has and the claim has not. */
    private Optional<Diagnostic> missing(ContractChange change) {
        String path = change.path();
        int dot = path.indexOf('.');
        boolean isExported = dot > 0 && exported.contains(path.substring(0, dot));
        return switch (change.subject()) {
            case FUNCTION ->
                isExported
                        ? Optional.of(Diagnostic.error(
                                ErrorCode.INCOMPLETE_INTERFACE,
                                "%s: the exported interface `%s` lacks the function `%s`, which %s has"
                                        .formatted(
                                                who, path.substring(0, dot), path.substring(dot + 1), contract.name()),
                                mend))
                        : Optional.empty();
            case CASE ->
                Optional.of(Diagnostic.error(
                                ErrorCode.CONTRACT_TYPE_MISMATCH,
                                "%s lacks the case `%s`, which %s has".formatted(who, path, contract.name()),
                                mend)
                        .expecting(change.after(), "no such case"));
            case INTERFACE, TYPE, FIELD, PARAMETER, RESULT, WORLD, IMPORT, EXPORT -> Optional.empty();
        };
    }

    private Optional<Diagnostic> different(ContractChange change) {
        String path = change.path();
        if (!change.before().isEmpty() && change.before().equals(change.after())) {
            return Optional.empty(); // a type of another contract, which is a claim of its own
        }
        return switch (change.code().orElse(ErrorCode.INCOMPATIBLE_VERSION)) {
            case MISSING_INTERFACE ->
                StageInterface.parse(qualified(path)).isPresent()
                        ? Optional.empty() // one of the names that such an interface once had
                        : Optional.of(Diagnostic.error(
                                ErrorCode.MISSING_INTERFACE,
                                "%s has an interface `%s`, which %s does not have"
                                        .formatted(who, path, contract.name()),
                                mend));
            case MISSING_FUNCTION ->
                Optional.of(Diagnostic.error(
                        ErrorCode.MISSING_FUNCTION,
                        "%s has a function `%s`, which %s does not have".formatted(who, path, contract.name()),
                        mend));
            case OWNERSHIP_CHANGED ->
                Optional.of(Diagnostic.error(
                                ErrorCode.OWNERSHIP_CHANGED,
                                "%s: `%s` gives away what %s lends, or the other way round"
                                        .formatted(who, path, contract.name()),
                                mend)
                        .expecting(change.after(), change.before()));
            case INCOMPATIBLE_VERSION -> Optional.empty(); // a type of its own, which the contract knows nothing of
            default ->
                Optional.of(Diagnostic.error(
                                ErrorCode.CONTRACT_TYPE_MISMATCH,
                                "%s: `%s` is not what %s says".formatted(who, path, contract.name()),
                                mend)
                        .expecting(orNothing(change.after()), orNothing(change.before())));
        };
    }

    private String qualified(String plainName) {
        int at = claimed.name().indexOf('@');
        return (at < 0 ? claimed.name() : claimed.name().substring(0, at)) + "/" + plainName;
    }

    private static String orNothing(String text) {
        return text.isEmpty() ? "nothing" : text;
    }
}
