package io.torvyn.bindgen;

import io.torvyn.bindgen.SourceFile.JavaClass;
import io.torvyn.contracts.TypeDefinition;
import io.torvyn.contracts.TypeReference;
import io.torvyn.contracts.WitFunction;
import io.torvyn.contracts.WitInterface;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Generates Java from WIT interfaces. The same input gives the same text, byte for byte.
 *
 * <p>What the Java looks like is told in the description of this package.
 */
public final class JavaGenerator {
    /**
     * @param javaPackage of the classes to generate
     * @param imports qualified names of interfaces that components import and the host implements
     * @param exports qualified names of interfaces that components export and the host calls; may overlap
     * @param elsewhere Java classes, fully qualified, that stand for interfaces generated before, by qualified name
     */
    public record Options(String javaPackage, Set<String> imports, Set<String> exports, Map<String, String> elsewhere) {
        public Options {
            imports = Set.copyOf(imports);
            exports = Set.copyOf(exports);
            elsewhere = Map.copyOf(elsewhere);
        }
    }

    private final Options options;
    private final List<WitInterface> chosen;
    /**
     * How interfaces see each other.
     *
     * @param classes by their qualified WIT name
     * @param exported those of them whose resources a guest implements
     */
    private record View(Map<String, JavaClass> classes, Set<String> exported) {}

    /** Of interfaces that the host implements or that hold nothing but values. */
    private final View hosted = new View(new HashMap<>(), Set.of());
    /** Of interfaces that components export. */
    private final View called;

    private final Set<String> simpleNames = new HashSet<>();
    private final Set<Integer> tuples = new TreeSet<>();
    private final Map<String, String> files = new TreeMap<>();

    private JavaGenerator(List<WitInterface> chosen, Options options) {
        this.chosen = chosen;
        this.options = options;
        this.called = new View(new HashMap<>(), options.exports);
    }

    /**
     * @param known every interface of the packages that were read
     * @return the text of each file by its name, without folders
     * @throws BindgenException when an interface is not among those known, or has what cannot be generated
     */
    public static Map<String, String> generate(List<WitInterface> known, Options options) {
        var wanted = new TreeSet<>(options.imports);
        wanted.addAll(options.exports);
        Map<String, WitInterface> byName = new LinkedHashMap<>();
        known.forEach(wit -> byName.put(wit.name(), wit));
        var chosen = new ArrayList<WitInterface>();
        for (String name : wanted) {
            WitInterface wit = byName.get(name);
            if (wit == null) {
                throw new BindgenException(new BindgenFailure.UnknownInterface(name));
            }
            chosen.add(wit);
        }
        var generator = new JavaGenerator(chosen, options);
        chosen.forEach(JavaGenerator::refuseBeyondModel);
        generator.nameClasses();
        generator.chosen.forEach(generator::write);
        generator.tuples.forEach(generator::writeTuple);
        return generator.files;
    }

    /** An interface is called as in WIT, or after its package too where that would mean two things. */
    private void nameClasses() {
        options.elsewhere.forEach((wit, name) -> {
            int dot = name.lastIndexOf('.');
            hosted.classes.put(wit, new JavaClass(name.substring(0, dot), name.substring(dot + 1)));
        });
        Map<String, Long> uses = chosen.stream()
                .collect(Collectors.groupingBy(
                        wit -> JavaNames.type(InterfaceName.parse(wit.name()).item()), Collectors.counting()));
        for (WitInterface wit : chosen) {
            InterfaceName name = InterfaceName.parse(wit.name());
            String simple = JavaNames.type(name.item());
            boolean ambiguous = uses.getOrDefault(simple, 0L) > 1
                    || wit.types().stream()
                            .anyMatch(type -> JavaNames.type(type.name()).equals(simple));
            String chosenName = ambiguous ? JavaNames.type(name.pkg()) + simple : simple;
            if (!simpleNames.add(chosenName)) {
                throw new BindgenException(new BindgenFailure.NameClash(wit.name(), chosenName));
            }
            hosted.classes.put(wit.name(), new JavaClass(options.javaPackage, chosenName));
        }
        called.classes.putAll(hosted.classes);
        for (WitInterface wit : chosen) {
            if (options.imports.contains(wit.name()) && options.exports.contains(wit.name()) && speaksOfExported(wit)) {
                String exportedName = "Guest" + classOf(wit, hosted).name();
                if (!simpleNames.add(exportedName)) {
                    throw new BindgenException(new BindgenFailure.NameClash(wit.name(), exportedName));
                }
                called.classes.put(wit.name(), new JavaClass(options.javaPackage, exportedName));
            }
        }
    }

    /** Whether the interface means other resources where a component exports it than where the host implements it. */
    private boolean speaksOfExported(WitInterface wit) {
        var needs = new GuestNeeds(options.exports);
        needs.addAll(InterfaceWriter.functions(wit));
        wit.types().forEach(type -> needs.add(new TypeReference.Named(type)));
        return !needs.resources().isEmpty();
    }

    private SourceFile file(WitInterface wit, View view, String suffix) {
        JavaClass own = classOf(wit, view);
        var self = new JavaClass(own.packageName(), own.name() + suffix);
        Set<String> nested = suffix.isEmpty() ? nested(wit) : Set.of();
        Set<String> cases = suffix.isEmpty() ? cases(wit) : Set.of();
        var siblings = new HashSet<>(simpleNames);
        siblings.remove(self.name());
        String origin = InterfaceName.parse(wit.name()).packageName();
        return new SourceFile(self, origin, view.classes, nested, cases, siblings, tuples, view.exported);
    }

    private static JavaClass classOf(WitInterface wit, View view) {
        JavaClass own = view.classes.get(wit.name());
        if (own == null) {
            throw new IllegalStateException("has no class: " + wit.name());
        }
        return own;
    }

    private static Set<String> nested(WitInterface wit) {
        var names = new HashSet<String>();
        names.add("Guest");
        for (TypeDefinition type : wit.types()) {
            boolean declared = !(type.kind() instanceof TypeDefinition.Kind.Alias);
            if (declared && !names.add(JavaNames.type(type.name()))) {
                throw new BindgenException(new BindgenFailure.NameClash(wit.name(), JavaNames.type(type.name())));
            }
        }
        return names;
    }

    private static Set<String> cases(WitInterface wit) {
        var names = new HashSet<String>();
        for (TypeDefinition type : wit.types()) {
            if (type.kind() instanceof TypeDefinition.Kind.Variant(var cases)) {
                cases.forEach(c -> names.add(Marshalling.caseName(type, c)));
            }
        }
        return names;
    }

    /** What these bindings cannot carry, named before anything is written. */
    private static void refuseBeyondModel(WitInterface wit) {
        for (TypeDefinition type : wit.types()) {
            type.beyondModel().ifPresent(what -> refuse(wit, "its type '" + type.name() + "' holds " + what));
            if (type.kind() instanceof TypeDefinition.Kind.Resource(var _, var functions)) {
                functions.forEach(function -> refuseBeyondModel(wit, function, function.componentName(type.name())));
            }
        }
        wit.functions().forEach(function -> refuseBeyondModel(wit, function, function.name()));
    }

    private static void refuseBeyondModel(WitInterface wit, WitFunction function, String name) {
        if (function.isAsync()) {
            refuse(wit, "its function '" + name + "' is asynchronous");
        }
        Stream.concat(function.parameters().stream().map(WitFunction.Parameter::type), function.result().stream())
                .flatMap(type -> type.beyondModel().stream())
                .findFirst()
                .ifPresent(what -> refuse(wit, "its function '" + name + "' takes or returns " + what));
    }

    private static void refuse(WitInterface wit, String what) {
        throw new BindgenException(new BindgenFailure.Unsupported(
                wit.name(), what, "Use synchronous functions of lists, tuples, records and resources there."));
    }

    private void write(WitInterface wit) {
        boolean isHosted = options.imports.contains(wit.name());
        boolean isCalled = options.exports.contains(wit.name());
        if (isHosted && isCalled && !classOf(wit, hosted).equals(classOf(wit, called))) {
            write(wit, hosted, true, false);
            write(wit, called, false, true);
        } else {
            write(wit, isCalled ? called : hosted, isHosted, isCalled);
        }
        if (isHosted) {
            SourceFile lowered = file(wit, hosted, "Lowered");
            List<Function> functions = InterfaceWriter.functions(wit);
            boolean implemented = !InterfaceWriter.own(functions).isEmpty();
            new LoweredWriter(lowered, wit, classOf(wit, hosted).name(), functions, implemented).write();
            add(lowered);
        }
    }

    private void write(WitInterface wit, View view, boolean isHosted, boolean isCalled) {
        SourceFile file = file(wit, view, "");
        new InterfaceWriter(file, wit, isHosted, isCalled).write();
        add(file);
    }

    private void add(SourceFile file) {
        if (files.put(file.self().name() + ".java", file.text()) != null) {
            throw new BindgenException(new BindgenFailure.NameClash(
                    options.javaPackage, file.self().name()));
        }
    }

    private void writeTuple(int length) {
        String name = "Tuple" + length;
        var file = new SourceFile(
                new JavaClass(options.javaPackage, name),
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
