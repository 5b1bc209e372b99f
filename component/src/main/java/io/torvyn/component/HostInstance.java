package io.torvyn.component;

import java.util.Map;

/**
 * What the host offers for one imported interface.
 *
 * @param name of the interface, with its version: {@code torvyn:streaming/types@0.1.0}
 * @param items by their name in the component: {@code [method]buffer.size}, {@code buffer}
 */
public record HostInstance(String name, Map<String, HostItem> items) {
    public HostInstance {
        items = Map.copyOf(items);
    }
}
