package io.torvyn.security;

import io.torvyn.types.TorvynException;
import java.util.List;

/**
 * Something a component may do, or wants to do: {@code <domain>:<action>[:<scope>]}.
 *
 * @param scope of the form that the kind has
 */
public record Capability(CapabilityKind kind, CapabilityScope scope) {
    /** The kind without bounds. */
    public static Capability of(CapabilityKind kind) {
        return new Capability(kind, new CapabilityScope.Any());
    }

    /**
     * Reads what somebody grants. Some aliases stand for more than one capability.
     *
     * @throws TorvynException with {@link SecurityFailure.Malformed}, {@link SecurityFailure.MissingScope} or {@link
     *     SecurityFailure.Unknown}
     */
    public static List<Capability> parseGrant(String text) {
        return CapabilityText.parse(text, true);
    }

    /**
     * Reads what a component says it needs; where a scope is missing that a grant must have, anything granted of that
     * kind will do.
     *
     * @throws TorvynException as {@link #parseGrant}
     */
    public static List<Capability> parseRequest(String text) {
        return CapabilityText.parse(text, false);
    }

    /** Whether this one, granted, is enough for {@code request}. Different kinds never stand in for each other. */
    public boolean covers(Capability request) {
        return kind == request.kind && scope.covers(request.scope);
    }

    /** The canonical form. */
    @Override
    public String toString() {
        String reach = scope.toString();
        return reach.isEmpty() ? kind.canonical() : kind.canonical() + ":" + reach;
    }
}
