package io.torvyn.component.binary;

import java.util.ArrayList;
import java.util.List;

/**
 * The sections of a component and of all that is nested in it, as far as they say how large it is and where it comes
 * from. For files that {@link ComponentDecoder} accepts.
 */
public final class Sections {
    private static final int CUSTOM = 0;
    private static final int CODE = 10;
    private static final int DATA = 11;
    private static final int USED_FEATURE = '+';

    private final List<Custom> customs = new ArrayList<>();
    private final List<Module> modules = new ArrayList<>();
    private final List<Producer> producers = new ArrayList<>();
    private PackageDocs docs = PackageDocs.NONE;
    private int components;
    private int nesting;

    private Sections() {}

    /**
     * @param where {@code component} or {@code core module 0}
     * @param size of the contents in bytes, with the name
     */
    public record Custom(String where, String name, int size) {}

    /** What the section {@code producers} says: Tool Conventions, "Producers Section". */
    public record Producer(String where, String field, String name, String version) {}

    /**
     * A core module.
     *
     * @param size in bytes
     * @param importedFunctions how many there are; they are numbered first
     * @param functions the sizes of the others' code, in bytes
     * @param codeSize of the code section, in bytes
     * @param dataSize of the data section, in bytes
     * @param features what it uses beyond WebAssembly 1.0
     * @param declaredFeatures what the section {@code target_features} says that it uses; empty when it has none
     */
    public record Module(
            int offset,
            int size,
            int importedFunctions,
            List<Integer> functions,
            int codeSize,
            int dataSize,
            List<String> features,
            List<String> declaredFeatures) {
        public Module {
            functions = List.copyOf(functions);
            features = List.copyOf(features);
            declaredFeatures = List.copyOf(declaredFeatures);
        }
    }

    /**
     * All there is, nested components included, in order of appearance.
     *
     * @param docs of the outermost component
     * @param components how many components there are, the outermost one included
     */
    public record Found(
            List<Custom> customs, List<Module> modules, List<Producer> producers, PackageDocs docs, int components) {}

    /**
     * @throws BinaryException when the frame of a section is damaged; what is in custom sections may be anything
     */
    public static Found of(byte[] wasm) {
        var sections = new Sections();
        sections.component(new Cursor(wasm, 0, wasm.length, "the file"));
        return new Found(
                List.copyOf(sections.customs),
                List.copyOf(sections.modules),
                List.copyOf(sections.producers),
                sections.docs,
                sections.components);
    }

    private void component(Cursor in) {
        components++;
        in.skip(8); // magic number, version and layer
        while (!in.atEnd()) {
            int id = in.readByte();
            in.readSized("section", () -> {
                switch (id) {
                    case CUSTOM -> custom(in, "component", new ArrayList<>());
                    case 1 -> module(in);
                    case 4 -> {
                        nesting++;
                        component(in);
                        nesting--;
                    }
                    default -> in.skip(in.remaining());
                }
            });
        }
    }

    private void module(Cursor in) {
        int offset = in.position();
        int size = in.remaining();
        String where = "core module " + modules.size();
        List<String> declared = new ArrayList<>();
        List<Integer> functions = new ArrayList<>();
        var features = new CoreFeatures();
        int[] code = new int[1];
        int[] data = new int[1];
        in.skip(8);
        while (!in.atEnd()) {
            int id = in.readByte();
            in.readSized("section", () -> {
                switch (id) {
                    case CUSTOM -> custom(in, where, declared);
                    case CODE -> {
                        code[0] = in.remaining();
                        features.section(id, in.copy());
                        in.readU32();
                        while (!in.atEnd()) {
                            int length = in.readU32();
                            functions.add(length);
                            in.skip(length);
                        }
                    }
                    case DATA -> {
                        data[0] = in.remaining();
                        features.section(id, in.rest());
                    }
                    default -> features.section(id, in.rest());
                }
            });
        }
        modules.add(new Module(
                offset,
                size,
                features.importedFunctions(),
                functions,
                code[0],
                data[0],
                features.found().stream().map(CoreFeature::toString).toList(),
                declared));
    }

    private void custom(Cursor in, String where, List<String> features) {
        int size = in.remaining();
        String name = in.readName();
        customs.add(new Custom(where, name, size));
        Cursor contents = in.rest();
        try {
            switch (name) {
                case "producers" -> producers(contents, where);
                case "target_features" -> features(contents, features);
                case PackageDocs.SECTION -> {
                    if (nesting == 0 && where.equals("component")) {
                        docs = PackageDocs.decode(contents);
                    }
                }
                default -> {}
            }
        } catch (BinaryException e) {
            // Nobody has to keep to a form there; what could be read stands.
        }
    }

    private void producers(Cursor in, String where) {
        for (int fields = in.readCount("fields"); fields > 0; fields--) {
            String field = in.readName();
            for (int values = in.readCount("producers"); values > 0; values--) {
                producers.add(new Producer(where, field, in.readName(), in.readName()));
            }
        }
    }

    private static void features(Cursor in, List<String> features) {
        for (int count = in.readCount("features"); count > 0; count--) {
            boolean used = in.readByte() == USED_FEATURE;
            String name = in.readName();
            if (used) {
                features.add(name);
            }
        }
    }
}
