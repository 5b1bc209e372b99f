package io.torvyn.contracts;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Joins what several binaries have of a package that none of them is: each has only what it uses. */
final class PartialPackages {
    private PartialPackages() {}

    /** All items of both; of items that both have, the first one's, with what only the second one's has beside that. */
    static Syntax.Scope union(Syntax.Scope first, Syntax.Scope second) {
        Map<String, Syntax.Interface> interfaces = new LinkedHashMap<>();
        for (Syntax.Interface item : first.interfaces()) {
            interfaces.put(item.heading().name().text(), item);
        }
        for (Syntax.Interface item : second.interfaces()) {
            interfaces.merge(item.heading().name().text(), item, PartialPackages::union);
        }
        return new Syntax.Scope(first.uses(), List.copyOf(interfaces.values()), first.worlds());
    }

    private static Syntax.Interface union(Syntax.Interface first, Syntax.Interface second) {
        Map<String, Syntax.InterfaceItem> named = new LinkedHashMap<>();
        List<Syntax.InterfaceItem> items = new ArrayList<>();
        Set<String> used = new HashSet<>();
        for (Syntax.InterfaceItem item : first.items()) {
            add(item, named, items, used);
        }
        for (Syntax.InterfaceItem item : second.items()) {
            add(item, named, items, used);
        }
        items.addAll(named.values());
        return new Syntax.Interface(first.heading(), items);
    }

    private static void add(
            Syntax.InterfaceItem item,
            Map<String, Syntax.InterfaceItem> named,
            List<Syntax.InterfaceItem> uses,
            Set<String> used) {
        switch (item) {
            case Syntax.Use use -> {
                List<Syntax.Renaming> names = use.names().stream()
                        .filter(renaming -> used.add(renaming.as().text()))
                        .toList();
                if (!names.isEmpty()) {
                    uses.add(new Syntax.Use(use.path(), names, use.gate(), use.externalId()));
                }
            }
            case Syntax.Definition definition ->
                named.merge(definition.heading().name().text(), definition, PartialPackages::union);
            case Syntax.Function function ->
                named.putIfAbsent(function.heading().name().text(), function);
        }
    }

    /** Of a resource, either may have functions that the other does not use. */
    private static Syntax.InterfaceItem union(Syntax.InterfaceItem first, Syntax.InterfaceItem second) {
        if (!(first instanceof Syntax.Definition(var heading, Syntax.Body.Resource(var functions)))
                || !(second instanceof Syntax.Definition(var _, Syntax.Body.Resource(var further)))) {
            return first;
        }
        Map<List<Object>, Syntax.Function> members = new LinkedHashMap<>();
        functions.forEach(
                member -> members.put(List.of(member.kind(), member.heading().name()), member));
        further.forEach(member ->
                members.putIfAbsent(List.of(member.kind(), member.heading().name()), member));
        return new Syntax.Definition(heading, new Syntax.Body.Resource(List.copyOf(members.values())));
    }
}
