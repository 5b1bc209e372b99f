package io.torvyn.contracts;

import io.torvyn.types.Diagnostic;
import io.torvyn.types.ErrorCode;
import io.torvyn.types.SemanticVersion;
import java.math.BigInteger;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What has changed from one version of a contract to another: spec/runtime.md, section 10. Immutable.
 *
 * @param before the name of the older package, with its version if it has one
 * @param after the name of the newer one
 * @param changes in the order of the newer one's text, what is gone before what is there
 */
public record ContractComparison(String before, String after, List<ContractChange> changes) {
    /** What a comparison comes to. */
    public enum Verdict {
        /** The same, comments and gates aside. */
        COMPATIBLE,
        /** All that there was is still there, and more. */
        COMPATIBLE_WITH_ADDITIONS,
        /** Something that there was is gone or different. */
        BREAKING
    }

    public ContractComparison {
        changes = List.copyOf(changes);
    }

    /**
     * Compares two versions of a package, its worlds included.
     *
     * <p>Types are compared by what they are, whatever they are called and wherever they come from; resources alone are
     * what their name says. A type that changes is told of where it is defined, not where it is mentioned. Takes time in
     * proportion to the two texts. Pure.
     */
    public static ContractComparison of(WitPackage before, WitPackage after) {
        return new ContractComparison(before.name(), after.name(), new ContractComparer(before, after).packages());
    }

    /**
     * Compares two versions of an interface as {@link #of(WitPackage, WitPackage)} does; types of other interfaces are
     * compared where they are mentioned.
     */
    public static ContractComparison of(WitInterface before, WitInterface after) {
        return new ContractComparison(before.name(), after.name(), ContractComparer.interfaces(before, after));
    }

    /** The worst of what changed. */
    public Verdict verdict() {
        return switch (effect()) {
            case REMARK -> Verdict.COMPATIBLE;
            case ADDITION -> Verdict.COMPATIBLE_WITH_ADDITIONS;
            case BREAKING -> Verdict.BREAKING;
        };
    }

    private ContractChange.Effect effect() {
        return changes.stream()
                .map(ContractChange::effect)
                .max(Comparator.naturalOrder())
                .orElse(ContractChange.Effect.REMARK);
    }

    /**
     * The least version that the changes allow: after 1.2.3 they are 2.0.0 for what breaks, 1.3.0 for additions and 1.2.4
     * for remarks; after 0.2.3 they are 0.3.0, 0.2.4 and 0.2.4; after 0.0.3 always 0.0.4. A release may follow its own
     * pre-releases whatever has changed. Empty when nothing has changed, or the older one has no version.
     */
    public Optional<String> leastVersion() {
        return changes.isEmpty()
                ? Optional.empty()
                : version(before).map(v -> v.preRelease().isEmpty() ? next(v) : released(v));
    }

    private String next(SemanticVersion version) {
        List<BigInteger> core = version.core().stream().map(BigInteger::new).toList();
        BigInteger major = core.getFirst();
        BigInteger minor = core.get(1);
        BigInteger patch = core.getLast().add(BigInteger.ONE);
        boolean stable = major.signum() > 0;
        return switch (effect()) {
            case BREAKING ->
                stable
                        ? major.add(BigInteger.ONE) + ".0.0"
                        : minor.signum() > 0 ? "0." + minor.add(BigInteger.ONE) + ".0" : "0.0." + patch;
            case ADDITION -> stable ? major + "." + minor.add(BigInteger.ONE) + ".0" : "0." + minor + "." + patch;
            case REMARK -> major + "." + minor + "." + patch;
        };
    }

    private static String released(SemanticVersion version) {
        return String.join(".", version.core());
    }

    private static Optional<SemanticVersion> version(String packageName) {
        int at = packageName.indexOf('@');
        return at < 0 ? Optional.empty() : SemanticVersion.parse(packageName.substring(at + 1));
    }

    /**
     * What is wrong with the newer version's number: E0140 when it promises more than is kept, and as a warning when it
     * is only too small for what is new. Empty when it fits, or one of the two has none.
     */
    public Optional<Diagnostic> versionFinding() {
        Optional<SemanticVersion> older = version(before);
        Optional<SemanticVersion> newer = version(after);
        Optional<String> least = leastVersion();
        if (older.isEmpty() || newer.isEmpty() || least.isEmpty()) {
            return Optional.empty();
        }
        if (newer.get().compareTo(older.get()) < 0) {
            return Optional.of(finding(
                    Diagnostic.Level.ERROR,
                    "`%s` is older than `%s`, which it is compared with".formatted(after, before),
                    "Compare the older one with the newer one."));
        }
        boolean risen = newer.get().compareTo(older.get()) > 0;
        boolean enough = SemanticVersion.parse(least.get())
                .filter(needed -> newer.get().compareTo(needed) >= 0
                        // A pre-release of what is needed.
                        || (risen && newer.get().core().equals(needed.core())))
                .isPresent();
        if (enough) {
            return Optional.empty();
        }
        String same = newer.get().compareTo(older.get()) == 0 ? ", and has the same version" : "";
        return Optional.of(
                switch (effect()) {
                    case BREAKING ->
                        finding(
                                Diagnostic.Level.ERROR,
                                "`%s` breaks what `%s` promises%s".formatted(after, before, same),
                                "Make it version %s, or take back what breaks.".formatted(least.get()));
                    case ADDITION ->
                        finding(
                                Diagnostic.Level.WARNING,
                                "`%s` has more than `%s`%s".formatted(after, before, same),
                                "Make it version %s, so that who needs the new can say so.".formatted(least.get()));
                    case REMARK ->
                        finding(
                                Diagnostic.Level.HINT,
                                "`%s` says more of the same than `%s`%s".formatted(after, before, same),
                                "Make it version %s when it is published.".formatted(least.get()));
                });
    }

    private static Diagnostic finding(Diagnostic.Level level, String message, String help) {
        return new Diagnostic(ErrorCode.INCOMPATIBLE_VERSION, level, message, List.of(), "", "", "", List.of(), help);
    }
}
