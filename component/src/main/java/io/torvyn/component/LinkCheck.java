package io.torvyn.component;

import io.torvyn.contracts.FunctionType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Whether a component and what it is offered fit together, known before there is an instance. Types are compared as they
 * are when the component is instantiated and its exports are called: CanonicalABI.md has no room for a difference.
 * Immutable.
 */
public final class LinkCheck {
    private final String label;
    private final List<EngineFailure> importFailures;
    private final Map<String, ExternType> exports;
    /** From resources as the component knows them to those of the host. */
    private final Substitution resources;

    LinkCheck(
            String label, List<EngineFailure> importFailures, Map<String, ExternType> exports, Substitution resources) {
        this.label = label;
        this.importFailures = List.copyOf(importFailures);
        this.exports = exports;
        this.resources = resources;
    }

    /** Each import that nobody provides, and each that is of another type, in the order of the component: E0803, E0807. */
    public List<EngineFailure> importFailures() {
        return importFailures;
    }

    /**
     * What keeps an exported interface from being called: E0808 for a function that it lacks, E0807 for one of another
     * type.
     *
     * @param interfaceName as the component exports it
     * @param functions by name; resource types are those that the host offers
     */
    public List<EngineFailure> exportFailures(String interfaceName, Map<String, FunctionType> functions) {
        List<EngineFailure> failures = new ArrayList<>();
        functions.entrySet().stream().sorted(Map.Entry.comparingByKey()).forEach(wanted -> {
            String qualified = interfaceName + "#" + wanted.getKey();
            ExternType found = exports.get(interfaceName) instanceof ExternType.Instance(var type)
                    ? type.exports().get(wanted.getKey())
                    : null;
            if (!(found instanceof ExternType.Function(var type))) {
                failures.add(new EngineFailure.ExportNotFound(label, qualified));
            } else {
                FunctionType actual = resources.apply(type);
                if (!actual.equals(wanted.getValue())) {
                    failures.add(new EngineFailure.TypeMismatch(
                            label, qualified, TypedExports.difference(wanted.getValue(), actual)));
                }
            }
        });
        return failures;
    }

    /**
     * What an instance of the component offers under an exported name, as far as types go: for the check of a component
     * that is to import it. Nobody can call it.
     *
     * @param interfaceName as the component exports it
     */
    public Optional<HostItem> offered(String interfaceName) {
        return Optional.ofNullable(exports.get(interfaceName)).flatMap(this::offered);
    }

    private Optional<HostItem> offered(ExternType type) {
        return switch (type) {
            case ExternType.Function(var function) -> {
                FunctionType actual = resources.apply(function);
                yield Optional.of(HostItem.function(actual, _ -> {
                    throw new IllegalStateException("there is no instance, only its type");
                }));
            }
            case ExternType.Resource(var resource) -> Optional.of(new HostItem.Resource(resources.apply(resource)));
            case ExternType.Instance(var instance) -> {
                Map<String, HostItem> items = new LinkedHashMap<>();
                instance.exports().forEach((name, part) -> offered(part).ifPresent(item -> items.put(name, item)));
                yield Optional.of(new HostItem.Instance(items));
            }
            case ExternType.Type _, ExternType.Component _, ExternType.Module _ -> Optional.empty();
        };
    }
}
