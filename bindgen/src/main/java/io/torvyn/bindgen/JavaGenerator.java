package io.torvyn.bindgen;

import io.torvyn.bindgen.SourceFile.JavaClass;
import io.torvyn.contracts.TypeReference;
import io.torvyn.contracts.WitInterface;
import io.torvyn.contracts.WitPackages;
import io.torvyn.contracts.WitWorld;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Generates Java from WIT. The same input gives the same text, byte for byte.
 *
 * <p>What the Java looks like is told in the description of this package.
 */
public final class JavaGenerator {
    /**
     * @param javaPackage of the classes to generate
     * @param worlds names of worlds, whose imports the host implements and whose exports it calls; a plain name will do
     *     where the packages that were asked for have only one such world
     * @param imports qualified names of further interfaces that components import and the host implements
     * @param exports qualified names of further interfaces that components export and the host calls; may overlap
     * @param elsewhere Java classes, fully qualified, that stand for interfaces generated before, by qualified name
     */
    public record Options(
            String javaPackage,
            Set<String> worlds,
            Set<String> imports,
            Set<String> exports,
            Map<String, String> elsewhere) {
        public Options {
            worlds = Set.copyOf(worlds);
            imports = Set.copyOf(imports);
            exports = Set.copyOf(exports);
            elsewhere = Map.copyOf(elsewhere);
        }
    }

    /**
     * How contracts see each other.
     *
     * @param classes by owner
     * @param exported owners of the resources that a guest implements
     */
    private record View(Map<String, JavaClass> classes, Set<String> exported) {}

    private final Options options;
    private final List<Contract> contracts;
    /** Of what the host implements or holds nothing but values; and of worlds, which know their imports only. */
    private final View hosted = new View(new HashMap<>(), Set.of());
    /** Of interfaces that components export. */
    private final View called;

    private final Set<String> simpleNames = new HashSet<>();
    private final Set<Integer> tuples = new TreeSet<>();
    private final Map<String, String> files = new TreeMap<>();

    private JavaGenerator(List<Contract> contracts, Options options) {
        this.contracts = contracts;
        this.options = options;
        this.called = new View(
                new HashMap<>(),
                contracts.stream()
                        .filter(contract -> contract.exported() && !contract.isWorld())
                        .map(Contract::owner)
                        .collect(Collectors.toSet()));
    }

    /**
     * @return the text of each file by its name, without folders
     * @throws BindgenException when a world or an interface is not among the packages, or has what cannot be generated
     */
    public static Map<String, String> generate(WitPackages packages, Options options) {
        var generator = new JavaGenerator(contracts(packages, options), options);
        generator.nameClasses(packages);
        generator.contracts.forEach(generator::write);
        generator.tuples.forEach(generator::writeTuple);
        return generator.files;
    }

    /** All that is to be generated, by owner. */
    private static List<Contract> contracts(WitPackages packages, Options options) {
        Map<String, Contract> contracts = new TreeMap<>();
        for (String name : new TreeSet<>(options.worlds)) {
            WitWorld world = packages.findWorld(name)
                    .orElseThrow(() -> new BindgenException(new BindgenFailure.UnknownWorld(name)));
            world.imports().forEach(item -> add(world, item, false, contracts));
            world.exports().forEach(item -> add(world, item, true, contracts));
            Contract.of(world).ifPresent(contract -> add(contract, contracts));
        }
        contracts.keySet().removeAll(options.elsewhere.keySet());
        options.imports.forEach(name -> add(Contract.of(find(packages, name), true, false), contracts));
        options.exports.forEach(name -> add(Contract.of(find(packages, name), false, true), contracts));
        return List.copyOf(contracts.values());
    }

    private static void add(WitWorld world, WitWorld.Item item, boolean exported, Map<String, Contract> contracts) {
        if (item instanceof WitWorld.Item.Interface named) {
            WitInterface definition = named.definition();
            String name = named.name();
            boolean ofPackage = name.equals(definition.name()) && name.indexOf('/') >= 0;
            add(
                    ofPackage ? Contract.of(definition, !exported, exported) : Contract.of(world, named, exported),
                    contracts);
        }
    }

    private static void add(Contract contract, Map<String, Contract> contracts) {
        Contract known = contracts.get(contract.owner());
        if (known != null && !known.name().equals(contract.name())) {
            throw new BindgenException(new BindgenFailure.Unsupported(
                    contract.owner(),
                    "two worlds call it '" + known.name() + "' and '" + contract.name() + "'",
                    "Generate one world at a time, each into a package of its own."));
        }
        contracts.put(contract.owner(), known == null ? contract : known.and(contract));
    }

    private static WitInterface find(WitPackages packages, String name) {
        return packages.findInterface(name)
                .orElseThrow(() -> new BindgenException(new BindgenFailure.UnknownInterface(name)));
    }

    private void nameClasses(WitPackages packages) {
        options.elsewhere.forEach((wit, name) -> {
            int dot = name.lastIndexOf('.');
            TypeNames types = packages.findInterface(wit)
                    .map(known -> Contract.of(known, true, true))
                    .map(JavaGenerator::typeNames)
                    .orElse(TypeNames.NONE);
            boolean deprecated = packages.findInterface(wit)
                    .flatMap(known -> known.stability().deprecated())
                    .isPresent();
            hosted.classes.put(wit, new JavaClass(name.substring(0, dot), name.substring(dot + 1), types, deprecated));
        });
        Map<String, TypeNames> types =
                contracts.stream().collect(Collectors.toMap(Contract::owner, JavaGenerator::typeNames));
        var names = new ClassNames(types);
        Function<Contract, TypeNames> typesOf = contract -> types.getOrDefault(contract.owner(), TypeNames.NONE);
        Map<String, String> chosen = names.choose(contracts);
        for (Contract contract : contracts) {
            String name = chosen.getOrDefault(contract.owner(), "");
            simpleNames.add(name);
            hosted.classes.put(
                    contract.owner(),
                    new JavaClass(options.javaPackage, name, typesOf.apply(contract), contract.isDeprecated()));
        }
        called.classes.putAll(hosted.classes);
        for (Contract contract : contracts) {
            if (contract.imported() && contract.exported() && !contract.isWorld() && speaksOfExported(contract)) {
                String name = names.claim(
                        contract, "Guest" + classOf(contract, hosted).name());
                simpleNames.add(name);
                called.classes.put(
                        contract.owner(),
                        new JavaClass(options.javaPackage, name, typesOf.apply(contract), contract.isDeprecated()));
            }
        }
    }

    private static TypeNames typeNames(Contract contract) {
        return TypeNames.of(contract.types(), contract.allFunctions());
    }

    /** Whether the contract means other resources where a component exports it than where the host implements it. */
    private boolean speaksOfExported(Contract contract) {
        var needs = new GuestNeeds(called.exported);
        needs.addAll(contract.functions());
        contract.types().forEach(type -> needs.add(new TypeReference.Named(type)));
        return !needs.resources().isEmpty();
    }

    private SourceFile file(Contract contract, View view, String suffix) {
        JavaClass own = classOf(contract, view);
        var self = new JavaClass(own.packageName(), own.name() + suffix, own.types(), own.deprecated());
        Set<String> nested = suffix.isEmpty() ? own.types().nested() : Set.of();
        Set<String> cases = suffix.isEmpty() ? own.types().cases() : Set.of();
        var siblings = new HashSet<>(simpleNames);
        siblings.remove(self.name());
        return new SourceFile(self, contract.origin(), view.classes, nested, cases, siblings, tuples, view.exported);
    }

    private static JavaClass classOf(Contract contract, View view) {
        JavaClass own = view.classes.get(contract.owner());
        if (own == null) {
            throw new IllegalStateException("has no class: " + contract.owner());
        }
        return own;
    }

    private void write(Contract contract) {
        if (contract.imported()
                && contract.exported()
                && !classOf(contract, hosted).equals(classOf(contract, called))) {
            write(contract, hosted, true, false);
            write(contract, called, false, true);
        } else {
            View view = contract.exported() && !contract.isWorld() ? called : hosted;
            write(contract, view, contract.imported(), contract.exported());
        }
        if (contract.imported()) {
            SourceFile lowered = file(contract, hosted, "Lowered");
            boolean implemented = !InterfaceWriter.own(contract.functions()).isEmpty();
            new LoweredWriter(lowered, contract, classOf(contract, hosted).name(), implemented).write();
            add(lowered);
        }
    }

    private void write(Contract contract, View view, boolean isHosted, boolean isCalled) {
        SourceFile file = file(contract, view, "");
        new InterfaceWriter(file, contract, isHosted, isCalled).write();
        add(file);
    }

    private void add(SourceFile file) {
        if (files.put(file.self().name() + ".java", file.text()) != null) {
            throw new IllegalStateException(
                    "two classes of one name: " + file.self().name());
        }
    }

    private void writeTuple(int length) {
        String name = "Tuple" + length;
        var file = new SourceFile(
                new JavaClass(options.javaPackage, name, TypeNames.NONE, false),
                "WIT",
                Map.of(),
                Set.of(),
                Set.of(),
                Set.of(),
                new TreeSet<>(),
                Set.of());
        List<String> parameters = IntStream.range(0, length)
                .mapToObj(i -> String.valueOf((char) ('A' + i)))
                .toList();
        List<String> components = IntStream.range(0, length)
                .mapToObj(i -> parameters.get(i) + " " + JavaNames.element(i))
                .toList();
        file.code()
                .line("/** WIT's {@code tuple} of " + length + ". */")
                .line("@" + file.use("org.jspecify.annotations.NullMarked"))
                .line("public record " + name + "<" + String.join(", ", parameters) + ">("
                        + SourceFile.joined(components) + ") {}");
        add(file);
    }
}
