package io.torvyn.config;

import io.torvyn.types.Diagnostic;
import java.util.Optional;

/**
 * A {@code [[component]]}: one component this project builds.
 *
 * @param name unique in its manifest
 * @param path its directory, relative to the manifest's
 * @param language {@code rust} unless said otherwise
 * @param buildCommand what builds it; empty: what its language uses
 * @param config text for {@code lifecycle.init}, where a node says nothing else
 * @param artifact its {@code .wasm}, relative to the manifest's directory; empty: the usual places
 * @param position where the table begins
 */
public record ComponentDefinition(
        String name,
        String path,
        String language,
        Optional<String> buildCommand,
        Optional<String> config,
        Optional<String> artifact,
        Diagnostic.Location position) {
    /** The component that a project is which declares none. */
    static ComponentDefinition whole(Project project, Diagnostic.Location position) {
        return new ComponentDefinition(
                project.name(), ".", "rust", Optional.empty(), Optional.empty(), Optional.empty(), position);
    }
}
