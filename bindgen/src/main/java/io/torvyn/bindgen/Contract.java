package io.torvyn.bindgen;

import io.torvyn.contracts.Stability;
import io.torvyn.contracts.TypeDefinition;
import io.torvyn.contracts.WitFunction;
import io.torvyn.contracts.WitInterface;
import io.torvyn.contracts.WitWorld;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What one Java interface is generated from: a WIT interface, under its own name or one that a world gives it, or what a
 * world has outside of interfaces.
 *
 * @param owner what its types say they belong to
 * @param name what components call it; empty for a world, whose items they call by their own names
 * @param origin the WIT package
 * @param title what it is, as Javadoc
 * @param javaNames what its class may be called, the first that no other contract wants
 * @param stability what its gates say
 * @param functions that the host implements when it is imported, those of resources too
 * @param called functions that components export
 * @param imported whether components import it
 * @param exported whether components export it
 */
record Contract(
        String owner,
        String name,
        String origin,
        String title,
        List<String> javaNames,
        List<TypeDefinition> types,
        String docs,
        Stability stability,
        List<Function> functions,
        List<Function> called,
        boolean imported,
        boolean exported) {

    static Contract of(WitInterface wit, boolean imported, boolean exported) {
        QualifiedName name = QualifiedName.parse(wit.name());
        List<Function> functions = functions(wit.name(), wit.types(), wit.functions());
        return new Contract(
                wit.name(),
                wit.name(),
                name.packageName(),
                "WIT interface {@code " + wit.name() + "}.",
                name.javaNames(),
                wit.types(),
                wit.docs(),
                wit.stability(),
                functions,
                functions,
                imported,
                exported);
    }

    /** An interface that stands in a world, or has a name there that the world chose. */
    static Contract of(WitWorld world, WitWorld.Item.Interface item, boolean exported) {
        WitInterface wit = item.definition();
        QualifiedName inWorld = QualifiedName.parse(world.name());
        String owner = wit.types().stream()
                .map(TypeDefinition::owner)
                .findFirst()
                .orElse(world.name() + "#" + (exported ? "export/" : "import/") + wit.name());
        List<Function> functions = functions(owner, wit.types(), wit.functions());
        String what = wit.name().indexOf('/') < 0 ? "" : ", which is {@code " + wit.name() + "}";
        String simple = JavaNames.type(item.name());
        String side = exported ? "Guest" : "";
        return new Contract(
                owner,
                item.name(),
                inWorld.packageName(),
                "WIT interface {@code " + item.name() + "} of world {@code " + world.name() + "}" + what + ".",
                List.of(
                        simple,
                        side + simple,
                        JavaNames.type(inWorld.item()) + simple,
                        JavaNames.type(inWorld.item()) + side + simple),
                wit.types(),
                wit.docs(),
                wit.stability(),
                functions,
                functions,
                !exported,
                exported);
    }

    /** What a world imports and exports outside of interfaces; empty when there is no such thing. */
    static Optional<Contract> of(WitWorld world) {
        List<Function> functions = functions(world.name(), world.types(), functions(world.imports()));
        List<Function> called = functions(world.name(), List.of(), functions(world.exports()));
        boolean declares = world.types().stream().anyMatch(type -> !(type.kind() instanceof TypeDefinition.Kind.Alias));
        if (functions.isEmpty() && called.isEmpty() && !declares) {
            return Optional.empty();
        }
        QualifiedName name = QualifiedName.parse(world.name());
        var javaNames = new ArrayList<String>();
        for (String wish : name.javaNames()) {
            javaNames.add(wish);
            javaNames.add(wish + "World");
        }
        boolean imported = !functions.isEmpty()
                || world.types().stream()
                        .anyMatch(type -> Structure.resourceBehind(type).isPresent());
        return Optional.of(new Contract(
                world.name(),
                "",
                name.packageName(),
                "WIT world {@code " + world.name() + "}: what it has outside of interfaces.",
                javaNames,
                world.types(),
                world.docs(),
                world.stability(),
                functions,
                called,
                imported,
                !called.isEmpty()));
    }

    private static List<WitFunction> functions(List<WitWorld.Item> items) {
        var functions = new ArrayList<WitFunction>();
        for (WitWorld.Item item : items) {
            if (item instanceof WitWorld.Item.Function(var _, var definition)) {
                functions.add(definition);
            }
        }
        return functions;
    }

    /** @throws BindgenException when one of them, or of the types, has what these bindings cannot carry */
    private static List<Function> functions(String owner, List<TypeDefinition> types, List<WitFunction> free) {
        for (TypeDefinition type : types) {
            type.beyondModel().ifPresent(what -> refuse(owner, "its type '" + type.name() + "' holds " + what));
            if (type.kind() instanceof TypeDefinition.Kind.Resource(var _, var members)) {
                members.forEach(member -> refuseBeyondModel(owner, member, member.componentName(type.name())));
            }
        }
        free.forEach(function -> refuseBeyondModel(owner, function, function.name()));
        return Function.all(types, free);
    }

    private static void refuseBeyondModel(String owner, WitFunction function, String name) {
        if (function.isAsync()) {
            refuse(owner, "its function '" + name + "' is asynchronous");
        }
        Stream.concat(function.parameters().stream().map(WitFunction.Parameter::type), function.result().stream())
                .flatMap(type -> type.beyondModel().stream())
                .findFirst()
                .ifPresent(what -> refuse(owner, "its function '" + name + "' takes or returns " + what));
    }

    private static void refuse(String owner, String what) {
        throw new BindgenException(new BindgenFailure.Unsupported(
                owner, what, "Use synchronous functions of lists, tuples, records and resources there."));
    }

    boolean isDeprecated() {
        return stability.deprecated().isPresent();
    }

    boolean isWorld() {
        return name.isEmpty();
    }

    /** The same where components import or export it otherwise. */
    Contract and(Contract other) {
        return new Contract(
                owner,
                name,
                origin,
                title,
                javaNames,
                types,
                docs,
                stability,
                functions,
                called,
                imported || other.imported,
                exported || other.exported);
    }

    List<Function> allFunctions() {
        if (!isWorld()) {
            return functions;
        }
        var all = new ArrayList<>(functions);
        all.addAll(called);
        return all;
    }
}
