package io.torvyn.component;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is offered to the components that the host instantiates: by the host itself, or by instances of other components.
 * Built by one thread; once built, read by any.
 *
 * <p>A name that a component imports finds, in this order: the item of exactly that name; the newest version that is
 * compatible with it ({@code wasi:io/streams@0.2.0} takes any {@code 0.2.x}, whichever side is older: types are compared
 * all the same); the one item of that name where either side states no version. A component may import less of an
 * interface than there is, and ignore whole interfaces.
 */
public final class Imports {
    private final Map<String, HostInstance> instances = new LinkedHashMap<>();
    private final Map<String, HostItem> items = new LinkedHashMap<>();
    private final List<Runnable> closing = new ArrayList<>();

    /** Offers nothing yet. */
    public Imports() {}

    /** Offers an interface, in place of an earlier one of the same name. */
    public Imports add(HostInstance instance) {
        instances.put(instance.name(), instance);
        return this;
    }

    /** Offers anything else that a component can import, or an interface as an {@link HostItem.Instance}. */
    public Imports add(String name, HostItem item) {
        if (item instanceof HostItem.Instance(var parts)) {
            return add(new HostInstance(name, parts));
        }
        items.put(name, item);
        return this;
    }

    /**
     * Offers all that an instance of another component exports, each item under its own name. The provider is called on
     * the thread of whoever imports from it, and has to stay open as long.
     */
    public Imports addExports(Instance provider) {
        provider.exports().forEach(this::add);
        return this;
    }

    /**
     * What is to be closed together with an instance that is made with these imports, whether that succeeds or not. Such
     * imports are for one instance.
     */
    public Imports closeWithInstance(Runnable close) {
        closing.add(close);
        return this;
    }

    List<Runnable> closing() {
        return closing;
    }

    /** The interface that an import of that name gets; null when there is none. */
    public @Nullable HostInstance instance(String name) {
        String match = InterfaceName.match(name, instances.keySet());
        return match == null ? null : instances.get(match);
    }

    @Nullable
    HostItem item(String name) {
        return items.get(name);
    }
}
