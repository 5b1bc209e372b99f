package io.torvyn.component;

import io.torvyn.component.spi.CoreLimits;

/**
 * What is chosen for each instance of a component.
 *
 * @param label what messages call the instance: {@code component-3 ('upper')}
 * @param limits of each core instance in it
 */
public record InstanceOptions(String label, CoreLimits limits) {}
