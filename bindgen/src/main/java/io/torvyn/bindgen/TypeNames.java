package io.torvyn.bindgen;

import io.torvyn.contracts.TypeDefinition;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What the types of one contract, and the holders of their layouts, are called in Java: as in WIT, with an underscore at
 * the end where something else in the same Java interface has that name already. They depend on the contract alone, so
 * that bindings generated at different times fit together.
 *
 * @param types by WIT name
 * @param layouts by WIT name
 * @param nested names of classes in the Java interface
 * @param cases names of classes in those, for the cases of variants
 */
record TypeNames(Map<String, String> types, Map<String, String> layouts, Set<String> nested, Set<String> cases) {
    /** What generated code calls by its simple name. */
    private static final Set<String> IN_USE = Set.of(
            "AutoCloseable", "Double", "Float", "FunctionalInterface", "Guest", "Integer", "Override", "Throwable");

    /** Of something that has no types. */
    static final TypeNames NONE = new TypeNames(Map.of(), Map.of(), Set.of(), Set.of());

    static boolean isInUse(String name) {
        return IN_USE.contains(name);
    }

    static TypeNames of(List<TypeDefinition> definitions, List<Function> functions) {
        // Without regard to case, for file systems that have none.
        Set<String> taken = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        taken.addAll(IN_USE);
        functions.forEach(function -> taken.addAll(function.classes()));
        List<TypeDefinition> declared = definitions.stream()
                .filter(definition -> !(definition.kind() instanceof TypeDefinition.Kind.Alias))
                .toList();
        Map<String, String> types = new HashMap<>();
        for (TypeDefinition definition : declared) {
            types.put(definition.name(), claim(JavaNames.type(definition.name()), taken));
        }
        Map<String, String> layouts = new HashMap<>();
        Set<String> cases = new HashSet<>();
        for (TypeDefinition definition : declared) {
            if (InterfaceWriter.hasLayout(definition)) {
                String wish = JavaNames.type(definition.name()) + "Layout";
                layouts.put(definition.name(), claim(wish, taken));
            }
            if (definition.kind() instanceof TypeDefinition.Kind.Variant(var alternatives)) {
                alternatives.forEach(c -> cases.add(Marshalling.caseName(definition, c)));
            }
        }
        var nested = new HashSet<>(taken);
        nested.removeAll(IN_USE);
        nested.add("Guest");
        return new TypeNames(types, layouts, nested, cases);
    }

    private static String claim(String wish, Set<String> taken) {
        String name = wish;
        while (!taken.add(name)) {
            name += "_";
        }
        return name;
    }

    String of(TypeDefinition definition) {
        return types.getOrDefault(definition.name(), JavaNames.type(definition.name()));
    }

    String layoutOf(TypeDefinition definition) {
        return layouts.getOrDefault(definition.name(), of(definition) + "Layout");
    }
}
