package io.torvyn.contracts;

import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * All that packages mean, as text to be compared: names, types, docs, gates. Only the order in which printing puts sorts
 * of items is laid down: {@code use}s before other types, imported interfaces before imported functions.
 */
final class Described {
    private Described() {}

    static String of(WitPackages packages) {
        StringBuilder text = new StringBuilder();
        for (WitPackage each : packages.packages()) {
            text.append(each.name()).append(' ').append(each.docs()).append('\n');
            each.interfaces().forEach(item -> text.append(of(item)));
            for (WitWorld world : each.worlds()) {
                text.append("world ")
                        .append(List.of(world.name(), world.docs(), world.stability()))
                        .append('\n');
                firstThose(world.imports(), WitWorld.Item.Interface.class::isInstance)
                        .forEach(item -> text.append("import ").append(of(item)));
                firstThose(world.types(), TypeDefinition::isUsed).forEach(type -> text.append(of(type)));
                world.exports().forEach(item -> text.append("export ").append(of(item)));
            }
        }
        // An inline interface may have come with a world that was included; its types are said to belong to that one.
        return text.toString().replaceAll("[^ \\[=]+#", "#");
    }

    private static String of(WitWorld.Item item) {
        return switch (item) {
            case WitWorld.Item.Interface(var name, var definition, var docs, var stability, var externalId) ->
                name + "|" + docs + "|" + stability + "|" + externalId + "|" + of(definition);
            case WitWorld.Item.Function function -> function + "\n";
        };
    }

    private static String of(WitInterface item) {
        StringBuilder text = new StringBuilder("interface ")
                .append(List.of(item.name(), item.docs(), item.stability()))
                .append('\n');
        firstThose(item.types(), TypeDefinition::isUsed).forEach(type -> text.append(of(type)));
        item.functions().forEach(function -> text.append(function).append('\n'));
        return text.toString();
    }

    private static String of(TypeDefinition type) {
        return List.of(type, type.docs(), type.stability(), type.externalId(), type.kind()) + "\n";
    }

    private static <T> Stream<T> firstThose(List<T> items, Predicate<T> first) {
        return items.stream().sorted(Comparator.comparing(item -> !first.test(item)));
    }
}
