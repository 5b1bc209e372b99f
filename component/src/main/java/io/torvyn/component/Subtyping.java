package io.torvyn.component;

import io.torvyn.component.ExternType.ComponentType;
import io.torvyn.component.ExternType.Defined;
import io.torvyn.component.ExternType.InstanceType;
import io.torvyn.component.ExternType.ModuleType;
import io.torvyn.component.binary.BinaryException;
import io.torvyn.component.spi.CoreModule;
import io.torvyn.component.spi.CoreType;
import io.torvyn.contracts.FunctionType;
import io.torvyn.contracts.ResourceType;
import java.util.Collection;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Whether an item of one type may stand where another type is expected: Explainer.md, "Type Checking".
 *
 * <p>The expected type may have variables, resource types that are not decided yet. The first item that carries one
 * decides it, in order of declaration; from then on it means what was found there.
 */
final class Subtyping {
    private final TypeBudget budget;
    private final Set<ResourceType> variables = new HashSet<>();
    private final Map<ResourceType, ResourceType> decided = new LinkedHashMap<>();
    private final IdentityHashMap<Object, Object> given = new IdentityHashMap<>();

    Subtyping(TypeBudget budget, Collection<ResourceType> variables) {
        this.budget = budget;
        this.variables.addAll(variables);
    }

    /** What the variables have been found to mean. */
    Map<ResourceType, ResourceType> decided() {
        return decided;
    }

    /** The resource and value types that were found for expected ones, by object: {@link NamedTypes}. */
    IdentityHashMap<Object, Object> given() {
        return given;
    }

    /**
     * @param what the item concerned, for the message
     * @throws BinaryException when {@code actual} is no subtype of {@code expected}
     */
    void check(String what, ExternType actual, ExternType expected) {
        budget.measure(actual);
        budget.measure(expected);
        compare(what, actual, expected);
    }

    private void compare(String what, ExternType actual, ExternType expected) {
        budget.spend(1);
        switch (expected) {
            case ExternType.Function(var wanted)
            when actual instanceof ExternType.Function(var found) -> equal(what, found, wanted);
            case ExternType.Type(var wanted)
            when actual instanceof ExternType.Type(var found) -> equal(what, found, wanted);
            case ExternType.Resource(var wanted)
            when actual instanceof ExternType.Resource(var found) -> resource(what, found, wanted);
            case ExternType.Instance(var wanted)
            when actual instanceof ExternType.Instance(var found) -> instance(what, found, wanted);
            case ExternType.Component(var wanted)
            when actual instanceof ExternType.Component(var found) -> component(what, found, wanted);
            case ExternType.Module(var wanted)
            when actual instanceof ExternType.Module(var found) -> module(what, found, wanted);
            case ExternType.Function _,
                    ExternType.Type _,
                    ExternType.Resource _,
                    ExternType.Instance _,
                    ExternType.Component _,
                    ExternType.Module _ -> throw mismatch(what, expected.sort(), actual.sort());
        }
    }

    private void equal(String what, FunctionType found, FunctionType wanted) {
        FunctionType decidedWanted = new Substitution(decided).apply(wanted);
        if (!found.equals(decidedWanted)) {
            throw mismatch(what, TypeText.of(decidedWanted), TypeText.of(found));
        }
    }

    private void equal(String what, Defined found, Defined wanted) {
        switch (wanted) {
            case Defined.Value(var wantedValue)
            when found instanceof Defined.Value(var foundValue) -> {
                var decidedWanted = new Substitution(decided).apply(wantedValue);
                if (!foundValue.equals(decidedWanted)) {
                    throw mismatch(what, TypeText.of(decidedWanted), TypeText.of(foundValue));
                }
                given.put(wantedValue, foundValue);
            }
            case Defined.Function(var wantedFunction)
            when found instanceof Defined.Function(var foundFunction) -> equal(what, foundFunction, wantedFunction);
            case Defined.Instance(var wantedInstance)
            when found instanceof Defined.Instance(var foundInstance) -> {
                instance(what, foundInstance, wantedInstance);
                new Subtyping(budget, Set.of())
                        .instance(what, new Substitution(decided).apply(wantedInstance), foundInstance);
            }
            case Defined.Component(var wantedComponent)
            when found instanceof Defined.Component(var foundComponent) -> {
                component(what, foundComponent, wantedComponent);
                new Subtyping(budget, Set.of())
                        .component(what, new Substitution(decided).apply(wantedComponent), foundComponent);
            }
            case Defined.Value _, Defined.Function _, Defined.Instance _, Defined.Component _ ->
                throw new BinaryException(budget.offset(), what + " is a type of another kind than expected");
        }
    }

    private void resource(String what, ResourceType found, ResourceType wanted) {
        if (variables.contains(wanted)) {
            decided.putIfAbsent(wanted, found);
        }
        if (!decided.getOrDefault(wanted, wanted).equals(found)) {
            throw mismatch(what, "the resource " + wanted.name(), "the resource " + found.name());
        }
        given.put(wanted, found);
    }

    private void instance(String what, InstanceType found, InstanceType wanted) {
        variables.addAll(wanted.resources());
        Map<String, ExternType> opened = Substitution.fresh(found.resources()).apply(found.exports());
        exports(what, opened, wanted.exports());
    }

    private void exports(String what, Map<String, ExternType> found, Map<String, ExternType> wanted) {
        wanted.forEach((name, type) -> {
            ExternType export = found.get(name);
            if (export == null) {
                throw new BinaryException(
                        budget.offset(), what + " lacks the expected " + type.sort() + " \"" + name + "\"");
            }
            compare(what + " \"" + name + "\"", export, type);
        });
    }

    private void component(String what, ComponentType found, ComponentType wanted) {
        // What the wanted type imports is given to whoever is in its place; so that has to be enough.
        var imports = new Subtyping(budget, found.importedResources());
        found.imports().forEach((name, type) -> {
            ExternType given = wanted.imports().get(name);
            if (given == null) {
                throw new BinaryException(
                        budget.offset(),
                        what + " has an import \"" + name + "\" that the expected component type does not have");
            }
            imports.compare(what + " import \"" + name + "\"", new Substitution(decided).apply(given), type);
        });
        Map<ResourceType, ResourceType> known = new LinkedHashMap<>(imports.decided);
        known.putAll(Substitution.fresh(found.exportedResources()).map());
        variables.addAll(wanted.exportedResources());
        exports(what, new Substitution(known).apply(found.exports()), wanted.exports());
    }

    private void module(String what, ModuleType found, ModuleType wanted) {
        budget.spend((long) found.imports().size()
                + wanted.imports().size()
                + found.exports().size()
                + wanted.exports().size());
        record Key(String module, String name) {}
        Map<Key, CoreType> given = new LinkedHashMap<>();
        wanted.imports().forEach(i -> given.put(new Key(i.module(), i.name()), i.type()));
        for (CoreModule.Import i : found.imports()) {
            CoreType type = given.get(new Key(i.module(), i.name()));
            if (type == null || !fits(type, i.type())) {
                throw new BinaryException(
                        budget.offset(),
                        what + " has an import \"" + i.module() + "\" \"" + i.name()
                                + "\" that the expected core module type "
                                + (type == null ? "does not have" : "types otherwise"));
            }
        }
        Map<String, CoreType> exports = new LinkedHashMap<>();
        found.exports().forEach(e -> exports.put(e.name(), e.type()));
        for (CoreModule.Export e : wanted.exports()) {
            CoreType type = exports.get(e.name());
            if (type == null || !fits(type, e.type())) {
                throw new BinaryException(
                        budget.offset(),
                        what
                                + (type == null
                                        ? " lacks the export \""
                                        : " has another type than expected for the export \"")
                                + e.name() + "\"");
            }
        }
    }

    /** Import matching of the core specification, "External Types". */
    static boolean fits(CoreType found, CoreType wanted) {
        return switch (wanted) {
            case CoreType.Function function -> found.equals(function);
            case CoreType.Global global -> found.equals(global);
            case CoreType.Tag tag -> found.equals(tag);
            case CoreType.Table(var element, var minimum, var maximum) ->
                found instanceof CoreType.Table t
                        && t.element() == element
                        && limitsFit(t.minimum(), t.maximum(), minimum, maximum);
            case CoreType.Memory(var minimum, var maximum, var shared, var memory64) ->
                found instanceof CoreType.Memory m
                        && m.shared() == shared
                        && m.memory64() == memory64
                        && limitsFit(m.minimum(), m.maximum(), minimum, maximum);
        };
    }

    private static boolean limitsFit(long foundMinimum, long foundMaximum, long minimum, long maximum) {
        return Long.compareUnsigned(foundMinimum, minimum) >= 0
                && (maximum == -1 || (foundMaximum != -1 && Long.compareUnsigned(foundMaximum, maximum) <= 0));
    }

    private BinaryException mismatch(String what, String wanted, String found) {
        return new BinaryException(
                budget.offset(), what + " has the wrong type: " + TypeText.difference(wanted, found));
    }
}
