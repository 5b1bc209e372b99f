package io.torvyn.component;

/**
 * What a component imports.
 *
 * @param name as it stands in the binary
 * @param type with resource types that belong to this component
 */
public record ComponentImport(String name, ExternType type) {}
