package io.torvyn.contracts;

import java.util.Optional;

/**
 * What the gates before an item of WIT say of it: WIT.md, "Feature Gates". Not that it is there: items behind gates that
 * are closed are not.
 *
 * @param since the version of its package that it came with
 * @param unstable the feature that it belongs to, as long as it has no such version
 * @param deprecated the version of its package from which on it is not to be used
 */
public record Stability(Optional<String> since, Optional<String> unstable, Optional<String> deprecated) {
    /** Of an item without gates. */
    public static final Stability UNSAID = new Stability(Optional.empty(), Optional.empty(), Optional.empty());
}
