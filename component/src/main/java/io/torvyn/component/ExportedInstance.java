package io.torvyn.component;

import io.torvyn.contracts.ResourceType;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** An interface that a component instance exports. Belongs to the instance and to its thread. */
public final class ExportedInstance {
    private final String name;
    private final Map<String, ExportedFunction> functions;
    private final HostItem.Instance item;

    ExportedInstance(String name, Map<String, ExportedFunction> functions, HostItem.Instance item) {
        this.name = name;
        this.item = item;
        this.functions = Collections.unmodifiableMap(new LinkedHashMap<>(functions));
    }

    /** As the component has it, with its version. */
    public String name() {
        return name;
    }

    /** Functions by name, in order of export. */
    public Map<String, ExportedFunction> functions() {
        return functions;
    }

    /** All of it, as another component can import it. */
    public HostItem.Instance item() {
        return item;
    }

    /** Resource types by name; those that the guest implements are this instance's own. */
    public Map<String, ResourceType> resources() {
        Map<String, ResourceType> resources = new HashMap<>();
        item.items().forEach((resource, offered) -> {
            if (offered instanceof HostItem.Resource(var type)) {
                resources.put(resource, type);
            }
        });
        return resources;
    }

    public Optional<ExportedFunction> function(String functionName) {
        return Optional.ofNullable(functions.get(functionName));
    }
}
