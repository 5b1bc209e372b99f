package io.torvyn.component;

/**
 * What a component exports.
 *
 * @param name as it stands in the binary
 * @param type with resource types that belong to this component
 */
public record ComponentExport(String name, ExternType type) {}
