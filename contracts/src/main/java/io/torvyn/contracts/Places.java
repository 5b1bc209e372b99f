package io.torvyn.contracts;

import io.torvyn.types.Diagnostic;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Where the items of a set of packages are written. */
final class Places {
    private final Map<List<String>, Syntax.Name> names = new HashMap<>();

    /**
     * @param path the qualified name of an interface or world, then the names of what is in it
     */
    void add(List<String> path, Syntax.Name name) {
        names.putIfAbsent(List.copyOf(path), name);
    }

    /** Of the item, or of the nearest that it belongs to; empty when not even its interface or world is here. */
    Optional<Diagnostic.Location> locate(List<String> path) {
        for (int length = path.size(); length > 0; length--) {
            Syntax.Name name = names.get(path.subList(0, length));
            if (name != null) {
                return Optional.of(name.source().locate(name.offset(), name.text()));
            }
        }
        return Optional.empty();
    }

    /** Everything in an interface. */
    void addInterface(List<String> path, List<Syntax.InterfaceItem> items) {
        for (Syntax.InterfaceItem item : items) {
            switch (item) {
                case Syntax.TypeItem type -> addType(path, type);
                case Syntax.Function function -> addFunction(path, function);
            }
        }
    }

    void addType(List<String> path, Syntax.TypeItem item) {
        switch (item) {
            case Syntax.Use use -> use.names().forEach(renaming -> add(below(path, renaming.as()), renaming.as()));
            case Syntax.Definition definition -> {
                List<String> type = below(path, definition.heading().name());
                add(type, definition.heading().name());
                switch (definition.body()) {
                    case Syntax.Body.Record(var fields) ->
                        fields.forEach(each -> add(below(type, each.name()), each.name()));
                    case Syntax.Body.Variant(var cases) ->
                        cases.forEach(each -> add(below(type, each.name()), each.name()));
                    case Syntax.Body.Enum(var cases) ->
                        cases.forEach(each -> add(below(type, each.name()), each.name()));
                    case Syntax.Body.Flags(var flags) ->
                        flags.forEach(each -> add(below(type, each.name()), each.name()));
                    case Syntax.Body.Resource(var functions) -> functions.forEach(each -> addFunction(type, each));
                    case Syntax.Body.Alias _ -> {}
                }
            }
        }
    }

    void addFunction(List<String> path, Syntax.Function function) {
        Syntax.Name name = function.heading().name();
        List<String> here =
                function.kind() == WitFunction.Kind.CONSTRUCTOR ? below(path, "constructor") : below(path, name);
        add(here, name);
        function.parameters().forEach(parameter -> add(below(here, parameter.name()), parameter.name()));
    }

    static List<String> below(List<String> path, Syntax.Name name) {
        return below(path, name.text());
    }

    static List<String> below(List<String> path, String name) {
        String[] longer = path.toArray(new String[path.size() + 1]);
        longer[path.size()] = name;
        return List.of(longer);
    }
}
