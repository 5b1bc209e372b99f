package io.torvyn.contracts;

import io.torvyn.types.Diagnostic;
import io.torvyn.types.DiagnosticsException;
import io.torvyn.types.ErrorCode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * WIT packages that belong together, read and resolved: the way into this module. Immutable.
 *
 * <p>Names of interfaces and worlds are looked up with their package and version, {@code
 * torvyn:streaming/types@0.1.0}; the version may be left out where only one is present.
 *
 * <p>What cannot be read is refused with all findings in a {@link DiagnosticsException}: E0100 for syntax, E0101 for
 * names that do not resolve, E0104 for packages that are not there, E0102 for packages without or with contradicting {@code package} lines, E0001 for files that cannot be opened. Each has its file, line and column. Input is bounded:
 * {@value #MAX_FILE} bytes a file, {@value #MAX_TOTAL} in all.
 */
public final class WitPackages {
    /** Before the name of what a world imports, in {@link #locate}. */
    public static final String IMPORT = "import";

    /** Before the name of what a world exports, in {@link #locate}. */
    public static final String EXPORT = "export";

    static final int MAX_FILE = 1 << 20;
    static final int MAX_TOTAL = 4 << 20;
    private static final int MAX_FILES = 4096;
    private static final String EXTENSION = ".wit";
    private static final String BINARY_EXTENSION = ".wasm";

    private final List<WitPackage> roots;
    private final List<WitPackage> packages;
    private final Map<String, WitInterface> interfaces = new HashMap<>();
    private final Map<String, WitWorld> worlds = new HashMap<>();
    private final int files;
    private final Supplier<Places> places;
    private @Nullable Places known;

    private WitPackages(List<WitPackage> roots, List<WitPackage> packages, Supplier<Places> places, int files) {
        this.places = places;
        this.files = files;
        this.roots = List.copyOf(roots);
        this.packages = List.copyOf(packages);
        for (WitPackage each : packages) {
            for (WitInterface item : each.interfaces()) {
                interfaces.put(item.name(), item);
            }
            for (WitWorld item : each.worlds()) {
                worlds.put(item.name(), item);
            }
        }
    }

    /**
     * Packages that come from elsewhere than from text.
     *
     * @param packages roots first
     */
    public static WitPackages of(List<WitPackage> roots, List<WitPackage> packages) {
        return new WitPackages(roots, packages, Places::new, 0);
    }

    /**
     * As {@link #load(Path, Set, BinaryPackages)}, of text alone and without any unstable feature.
     *
     * @throws DiagnosticsException see above; also E0100 for a package in binary form
     */
    public static WitPackages load(Path root) {
        return load(root, Set.of(), (_, file) -> {
            throw new DiagnosticsException(List.of(Diagnostic.error(
                            ErrorCode.WIT_SYNTAX_ERROR,
                            "a package in binary form cannot be read here",
                            "Put its text in its place: `wasm-tools component wit` prints it.")
                    .at(new Diagnostic.Location(file, 0, 0, ""))));
        });
    }

    /**
     * Reads WIT as WIT.md, "Filesystem structure", lays it out: a file; or a folder whose {@code .wit} files are one
     * package, with further packages, each a file or a folder, in its {@code deps}. Of a folder without any of these,
     * each folder in it is read that way.
     *
     * <p>Packages in binary form are {@code .wasm} files: the root itself, or in {@code deps}. What a binary has of other
     * packages is only what it uses, and counts where no file has such a package whole.
     *
     * @param features whose {@code @unstable} items are wanted
     * @throws DiagnosticsException see above
     */
    public static WitPackages load(Path root, Set<String> features, BinaryPackages binaries) {
        try {
            return new Reading(features, binaries).load(root);
        } catch (IOException e) {
            throw new DiagnosticsException(List.of(Diagnostic.error(
                            ErrorCode.IO_ERROR,
                            "cannot read the WIT in " + root + ": " + e,
                            "Check that the path exists and may be read.")
                    .at(new Diagnostic.Location(root.toString(), 0, 0, ""))));
        }
    }

    /** {@link #parse(Map, Set)} without any unstable feature. */
    public static WitPackages parse(Map<String, String> texts) {
        return parse(texts, Set.of());
    }

    /**
     * Resolves texts that are already there. Their names are paths with {@code /}: what has the same folder is one
     * package, all are roots but those under a folder {@code deps}.
     *
     * @param texts by name
     * @param features whose {@code @unstable} items are wanted
     * @throws DiagnosticsException see above
     */
    public static WitPackages parse(Map<String, String> texts, Set<String> features) {
        Reading reading = new Reading(features, (_, file) -> {
            throw new AssertionError(file + " is text");
        });
        Map<String, List<SourceText>> byFolder = new LinkedHashMap<>();
        new TreeMap<>(texts).forEach((file, text) -> {
            reading.count(file, text.length());
            int slash = file.lastIndexOf('/');
            String folder = slash < 0 ? "" : file.substring(0, slash);
            // In deps itself, every file is a package of its own.
            boolean alone = folder.equals("deps") || folder.endsWith("/deps");
            byFolder.computeIfAbsent(alone ? file : folder, _ -> new ArrayList<>())
                    .add(new SourceText(file, text));
        });
        byFolder.forEach((place, sources) -> {
            boolean dependency = place.startsWith("deps/") || place.contains("/deps/");
            reading.add(place, !dependency, sources);
        });
        return reading.resolve();
    }

    /** The packages that were asked for, without those in {@code deps}. */
    public List<WitPackage> roots() {
        return roots;
    }

    /** How many files they were read from; 0 for those that do not come from text. */
    public int files() {
        return files;
    }

    /** All packages, roots first. */
    public List<WitPackage> packages() {
        return packages;
    }

    /** A name as WIT writes it: after a {@code %} where the language has another use for the word. WIT.md, "Identifiers". */
    public static String identifier(String name) {
        return Lexer.isKeyword(name) ? "%" + name : name;
    }

    /**
     * The same as the text of one file, which {@link #parse(Map)} reads back: a single root is the package of the file,
     * other packages follow in braces. Of several roots all have braces, and what depends on that is the same for all.
     *
     * @see WitPackages#roots
     */
    public String text() {
        return roots.size() == 1
                ? WitPrinter.print(Optional.of(roots.getFirst()), packages.subList(1, packages.size()))
                : WitPrinter.print(Optional.empty(), packages);
    }

    /** By qualified name. */
    public Optional<WitInterface> findInterface(String name) {
        return find(interfaces, name);
    }

    /** By qualified name; or by its plain name when the root packages have only one world of that name. */
    public Optional<WitWorld> findWorld(String name) {
        if (name.indexOf('/') >= 0) {
            return find(worlds, name);
        }
        List<WitWorld> candidates =
                roots.stream().flatMap(root -> root.findWorld(name).stream()).toList();
        return candidates.size() == 1 ? Optional.of(candidates.getFirst()) : Optional.empty();
    }

    /**
     * Where an item is written: an interface or a world by its qualified name, and what is in it by the names below that,
     * such as {@code "torvyn:streaming/types@0.1.0", "buffer", "read", "offset"}. What a world imports or exports stands
     * behind {@link #IMPORT} or {@link #EXPORT}, an interface by its qualified name.
     *
     * <p>Of what is not written anywhere, the place is that of the nearest item around it; empty when there is none, and
     * for packages that do not come from text.
     */
    public Optional<Diagnostic.Location> locate(String item, String... path) {
        synchronized (places) {
            if (known == null) {
                known = places.get();
            }
            return known.locate(Stream.concat(Stream.of(item), Stream.of(path)).toList());
        }
    }

    private static <T> Optional<T> find(Map<String, T> items, String name) {
        T exact = items.get(name);
        if (exact != null || name.indexOf('@') >= 0) {
            return Optional.ofNullable(exact);
        }
        List<T> versions = items.entrySet().stream()
                .filter(item -> item.getKey().startsWith(name + "@"))
                .map(Map.Entry::getValue)
                .toList();
        return versions.size() == 1 ? Optional.of(versions.getFirst()) : Optional.empty();
    }

    /** One set of files on its way to becoming packages. */
    private static final class Reading {
        private final Set<String> features;
        private final BinaryPackages binaries;
        private final List<WitResolver.Group> groups = new ArrayList<>();
        private final List<Diagnostic> findings = new ArrayList<>();
        private long total;
        private int files;

        /**
         * @param binaries for files only
         */
        Reading(Set<String> features, BinaryPackages binaries) {
            this.features = features;
            this.binaries = binaries;
        }

        WitPackages load(Path root) throws IOException {
            if (!Files.isDirectory(root)) {
                addFile(root, true);
                return resolve();
            }
            if (isPackage(root)) {
                loadPackage(root);
            } else {
                for (Path folder : list(root)) {
                    if (Files.isDirectory(folder) && isPackage(folder)) {
                        loadPackage(folder);
                    }
                }
            }
            if (groups.isEmpty() && findings.isEmpty()) {
                add(root.toString(), true, List.of());
            }
            return resolve();
        }

        private static boolean isPackage(Path folder) throws IOException {
            return Files.isDirectory(folder.resolve("deps"))
                    || list(folder).stream().anyMatch(Reading::isWit);
        }

        private void loadPackage(Path folder) throws IOException {
            addFolder(folder, true);
            Path dependencies = folder.resolve("deps");
            if (Files.isDirectory(dependencies)) {
                for (Path dependency : list(dependencies)) {
                    if (Files.isDirectory(dependency)) {
                        if (list(dependency).stream().anyMatch(Reading::isWit)) {
                            addFolder(dependency, false);
                        }
                    } else if (isWit(dependency) || isBinary(dependency)) {
                        addFile(dependency, false);
                    }
                }
            }
        }

        private void addFile(Path file, boolean root) throws IOException {
            if (!isBinary(file)) {
                add(file.toString(), root, List.of(read(file)));
                return;
            }
            byte[] bytes = readBytes(file);
            count(file.toString(), bytes.length);
            String text;
            try {
                text = binaries.text(bytes, file.toString());
            } catch (DiagnosticsException e) {
                findings.addAll(e.diagnostics());
                return;
            }
            weigh(file.toString(), text.length());
            add(file.toString(), root, true, List.of(new SourceText(file.toString(), text)));
        }

        private void addFolder(Path folder, boolean root) throws IOException {
            add(
                    folder.toString(),
                    root,
                    readAll(list(folder).stream().filter(Reading::isWit).toList()));
        }

        private List<SourceText> readAll(List<Path> paths) throws IOException {
            List<SourceText> sources = new ArrayList<>();
            for (Path path : paths) {
                sources.add(read(path));
            }
            return sources;
        }

        private static boolean isBinary(Path path) {
            return path.toString().endsWith(BINARY_EXTENSION) && Files.isRegularFile(path);
        }

        private static boolean isWit(Path path) {
            return path.toString().endsWith(EXTENSION) && Files.isRegularFile(path);
        }

        private static List<Path> list(Path folder) throws IOException {
            try (Stream<Path> entries = Files.list(folder)) {
                return entries.limit(MAX_FILES).sorted().toList();
            }
        }

        private SourceText read(Path file) throws IOException {
            byte[] bytes = readBytes(file);
            count(file.toString(), bytes.length);
            return decode(file.toString(), bytes);
        }

        private static byte[] readBytes(Path file) throws IOException {
            try (InputStream in = Files.newInputStream(file)) {
                return in.readNBytes(MAX_FILE + 1);
            }
        }

        /** Refuses what is too much before it is looked at. */
        void count(String file, int size) {
            files++;
            weigh(file, size);
        }

        private void weigh(String file, int size) {
            total += size;
            if (size > MAX_FILE || total > MAX_TOTAL || files > MAX_FILES) {
                String what = size > MAX_FILE
                        ? "this file has more than " + MAX_FILE + " bytes"
                        : "these WIT files are more than " + MAX_FILES + " or have more than " + MAX_TOTAL + " bytes";
                throw new DiagnosticsException(List.of(
                        Diagnostic.error(ErrorCode.WIT_SYNTAX_ERROR, what, "Leave out packages that nothing uses.")
                                .at(new Diagnostic.Location(file, 0, 0, ""))));
            }
        }

        private static SourceText decode(String file, byte[] bytes) {
            CharBuffer text = CharBuffer.allocate(bytes.length);
            ByteBuffer in = ByteBuffer.wrap(bytes);
            CoderResult result = StandardCharsets.UTF_8.newDecoder().decode(in, text, true);
            text.flip();
            if (result.isError()) {
                int offset = text.length();
                throw new SourceText(file, text.toString())
                        .syntaxError(offset, "the file is not UTF-8 here", "Save it as UTF-8.");
            }
            return new SourceText(file, text.toString());
        }

        /** Parses what lies together; syntax errors wait for those of the other files. */
        void add(String place, boolean root, List<SourceText> sources) {
            add(place, root, false, sources);
        }

        private void add(String place, boolean root, boolean binary, List<SourceText> sources) {
            List<Syntax.WitFile> parsed = new ArrayList<>();
            for (SourceText source : sources) {
                try {
                    parsed.add(WitParser.parse(source));
                } catch (DiagnosticsException e) {
                    findings.addAll(e.diagnostics());
                }
            }
            groups.add(new WitResolver.Group(place, root, binary, parsed));
        }

        WitPackages resolve() {
            if (!findings.isEmpty()) {
                findings.sort(Diagnostic.IN_READING_ORDER);
                throw new DiagnosticsException(findings);
            }
            groups.sort(Comparator.comparing(group -> !group.root()));
            WitResolver.Resolution resolution = new WitResolver(features).resolve(groups);
            return new WitPackages(resolution.roots(), resolution.packages(), resolution.places(), files);
        }
    }
}
