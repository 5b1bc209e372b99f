package io.torvyn.component;

import io.torvyn.component.binary.BinaryException;
import io.torvyn.component.binary.ComponentDecoder;
import io.torvyn.component.binary.Definition;
import io.torvyn.component.binary.PackageDocs;
import io.torvyn.component.binary.Sections;
import io.torvyn.contracts.BinaryPackages;
import io.torvyn.contracts.WitPackages;
import io.torvyn.types.Diagnostic;
import io.torvyn.types.DiagnosticsException;
import io.torvyn.types.ErrorCode;
import io.torvyn.types.TorvynException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What the file of a component says of the component: decoded and validated, and nothing of it compiled. What is in its
 * core modules is looked at from outside.
 *
 * @param size in bytes
 * @param components how many it is made of, nested ones included
 * @param imports names, in order
 * @param exports names, in order
 * @param world its imports and exports in WIT, or the WIT package that it is
 * @param coreModules those of nested components included, in order of appearance
 * @param customSections likewise
 * @param producers what made it, as the tools themselves say
 */
public record ComponentFile(
        long size,
        int components,
        List<String> imports,
        List<String> exports,
        World world,
        List<CoreModule> coreModules,
        List<CustomSection> customSections,
        List<Producer> producers) {
    public ComponentFile {
        imports = List.copyOf(imports);
        exports = List.copyOf(exports);
        coreModules = List.copyOf(coreModules);
        customSections = List.copyOf(customSections);
        producers = List.copyOf(producers);
    }

    /** What crosses the border of the component, if WIT has words for it. */
    public sealed interface World {
        /**
         * The one root is {@code root:component} with the world {@code root}: binaries do not keep the names of their
         * worlds. The other packages have what the component uses of them.
         */
        record Wit(WitPackages packages) implements World {}

        /**
         * It is no component to be run, but a WIT package in binary form, which is the one root: WIT.md, "Package
         * Format". The other packages have what it uses of them.
         */
        record Package(WitPackages packages) implements World {}

        /**
         * @param why as the second half of a sentence about the component
         */
        record NoWit(String why) implements World {}
    }

    /**
     * A core module.
     *
     * @param size in bytes
     * @param importedFunctions how many there are; they are numbered first
     * @param functions the sizes of the others' code, in bytes
     * @param codeSize of all code, in bytes
     * @param dataSize of the data that its memory begins with, in bytes
     * @param features what it uses beyond WebAssembly 1.0, by the names that toolchains give to it: told from its types,
     *     sections and instructions
     * @param declaredFeatures what its toolchain says that it uses; empty when that says nothing
     */
    public record CoreModule(
            int size,
            int importedFunctions,
            List<Integer> functions,
            int codeSize,
            int dataSize,
            List<String> features,
            List<String> declaredFeatures) {
        public CoreModule {
            functions = List.copyOf(functions);
            features = List.copyOf(features);
            declaredFeatures = List.copyOf(declaredFeatures);
        }

        /** The size of the largest function's code, in bytes; 0 when it has none. */
        public int largestFunction() {
            return functions.stream().mapToInt(Integer::intValue).max().orElse(0);
        }

        /**
         * The size of a function's code, in bytes.
         *
         * @param index among all functions of the module; one that has code
         */
        public int functionSize(int index) {
            return functions.get(index - importedFunctions);
        }
    }

    /**
     * @param where {@code component}, or {@code core module 0}
     * @param name any text
     * @param size in bytes
     */
    public record CustomSection(String where, String name, int size) {}

    /**
     * What the section {@code producers} says: any text.
     *
     * @param where {@code component}, or {@code core module 0}
     * @param field such as {@code language} or {@code processed-by}
     */
    public record Producer(String where, String field, String name, String version) {}

    /**
     * @throws EngineException E0800 when the file is no component, or not valid
     * @throws TorvynException E0001 when it cannot be read
     */
    public static ComponentFile read(Path file) {
        return read(file, file.toString());
    }

    /**
     * @param source what the file is called in messages
     * @throws EngineException E0800 when the file is no component, or not valid
     * @throws TorvynException E0001 when it cannot be read
     */
    public static ComponentFile read(Path file, String source) {
        return of(Component.bytes(file), source);
    }

    /**
     * @param source where the bytes come from, for messages; may be empty
     * @throws EngineException E0800
     */
    public static ComponentFile of(byte[] wasm, String source) {
        try {
            Definition.Component component = ComponentDecoder.decode(wasm);
            Validator.validate(wasm, component);
            Sections.Found found = Sections.of(wasm);
            List<String> imports = new ArrayList<>();
            List<String> exports = new ArrayList<>();
            for (Definition definition : component.definitions()) {
                if (definition instanceof Definition.Import(int _, var name, var _)) {
                    imports.add(name.name());
                } else if (definition instanceof Definition.Export export) {
                    exports.add(export.name().name());
                }
            }
            return new ComponentFile(
                    wasm.length,
                    found.components(),
                    imports,
                    exports,
                    world(component, found.docs()),
                    found.modules().stream()
                            .map(m -> new CoreModule(
                                    m.size(),
                                    m.importedFunctions(),
                                    m.functions(),
                                    m.codeSize(),
                                    m.dataSize(),
                                    m.features(),
                                    m.declaredFeatures()))
                            .toList(),
                    found.customs().stream()
                            .map(s -> new CustomSection(s.where(), s.name(), s.size()))
                            .toList(),
                    found.producers().stream()
                            .map(p -> new Producer(p.where(), p.field(), p.name(), p.version()))
                            .toList());
        } catch (BinaryException e) {
            throw new EngineException(
                    new EngineFailure.CompilationFailed(e.text(), source.isEmpty() ? null : source), e);
        }
    }

    /**
     * A WIT package in binary form as text: see {@link BinaryPackages}.
     *
     * @param source what the file is called in messages
     * @throws DiagnosticsException E0100 when the bytes are no valid component, or another one than a package
     */
    public static String packageText(byte[] wasm, String source) {
        try {
            Definition.Component component = ComponentDecoder.decode(wasm);
            Validator.validate(wasm, component);
            return switch (world(component, Sections.of(wasm).docs())) {
                case World.Package(var packages) -> packages.text();
                case World.Wit _ -> throw noPackage(source, "it is a component that has code, or imports something");
                case World.NoWit(var why) -> throw noPackage(source, why);
            };
        } catch (BinaryException e) {
            throw noPackage(source, e.text());
        }
    }

    private static DiagnosticsException noPackage(String source, String why) {
        return new DiagnosticsException(List.of(Diagnostic.error(
                        ErrorCode.WIT_SYNTAX_ERROR,
                        "this file is no WIT package in binary form: " + why,
                        "Make it with `wasm-tools component wit --wasm`, or put the package's text here.")
                .at(new Diagnostic.Location(source, 0, 0, ""))));
    }

    private static World world(Definition.Component component, PackageDocs docs) {
        try {
            return BinaryWit.of(component, docs);
        } catch (NoWitException e) {
            return new World.NoWit(e.why());
        }
    }
}
