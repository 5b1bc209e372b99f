package io.torvyn.bindgen;

import io.torvyn.component.Flattening;
import io.torvyn.component.spi.CoreType;
import io.torvyn.contracts.TypeDefinition;
import io.torvyn.contracts.TypeReference;
import io.torvyn.contracts.ValueType;
import io.torvyn.contracts.WitFunction;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Names for the core parameters of a function: the field's name where that is enough, else the whole way to it. */
final class FlatNames {
    private record Leaf(String path, String last) {}

    private final List<Leaf> leaves = new ArrayList<>();

    private FlatNames() {}

    static List<Flat> of(List<WitFunction.Parameter> parameters, Set<String> fields) {
        var names = new FlatNames();
        var types = new ArrayList<ValueType>();
        for (WitFunction.Parameter parameter : parameters) {
            names.visit(parameter.type(), parameter.name(), parameter.name());
            types.add(parameter.type().valueType());
        }
        return names.choose(Flattening.ofAll(types), fields);
    }

    private List<Flat> choose(List<CoreType.Value> cores, Set<String> fields) {
        var flats = new ArrayList<Flat>();
        Set<String> taken = new HashSet<>(fields);
        for (int i = 0; i < leaves.size(); i++) {
            Leaf leaf = leaves.get(i);
            boolean enough =
                    leaves.stream().filter(l -> l.last.equals(leaf.last)).count() == 1;
            String name = JavaNames.parameter(enough ? leaf.last : leaf.path);
            String unique = name;
            for (int n = 2; !taken.add(unique); n++) {
                unique = name + n;
            }
            flats.add(new Flat(unique, cores.get(i)));
        }
        return flats;
    }

    private void leaf(String path, String last) {
        leaves.add(new Leaf(path, last));
    }

    private void visit(TypeReference type, String path, String last) {
        switch (Structure.resolve(type)) {
            case TypeReference.Builtin(var primitive) -> {
                if (primitive == ValueType.Primitive.STRING) {
                    range(path, last);
                } else {
                    leaf(path, last);
                }
            }
            case TypeReference.ListOf _ -> range(path, last);
            case TypeReference.Named(var definition) -> visit(type, definition, path, last);
            case TypeReference.OptionOf _, TypeReference.ResultOf _ -> cases(type, path, last);
            case TypeReference.TupleOf(var elements) -> {
                for (int i = 0; i < elements.size(); i++) {
                    String name = last + "-" + JavaNames.element(i);
                    visit(elements.get(i), path + "-" + JavaNames.element(i), name);
                }
            }
            case TypeReference.OwnOf _, TypeReference.BorrowOf _ -> leaf(path, last);
            case TypeReference.FixedListOf _,
                    TypeReference.MapOf _,
                    TypeReference.StreamOf _,
                    TypeReference.FutureOf _,
                    TypeReference.ErrorContext _ -> throw Structure.refused(type);
        }
    }

    private void visit(TypeReference type, TypeDefinition definition, String path, String last) {
        switch (definition.kind()) {
            case TypeDefinition.Kind.Record(var fields) ->
                fields.forEach(field -> visit(field.type(), path + "-" + field.name(), field.name()));
            case TypeDefinition.Kind.Variant _ -> cases(type, path, last);
            case TypeDefinition.Kind.Enum _, TypeDefinition.Kind.Flags _ -> leaf(path, last);
            case TypeDefinition.Kind.Resource _, TypeDefinition.Kind.Alias _ ->
                throw new IllegalStateException("not resolved: " + definition.name());
        }
    }

    private void range(String path, String last) {
        leaf(path + "-address", last + "-address");
        leaf(path + "-length", last + "-length");
    }

    private void cases(TypeReference type, String path, String last) {
        int count = Flattening.of(type.valueType()).size();
        leaf(path + "-discriminant", last + "-discriminant");
        for (int i = 1; i < count; i++) {
            String suffix = "-payload" + (count > 2 ? i : "");
            leaf(path + suffix, last + suffix);
        }
    }
}
