package io.torvyn.config;

import io.torvyn.types.Diagnostic;
import io.torvyn.types.DiagnosticsException;
import io.torvyn.types.ErrorCode;
import io.torvyn.types.NearestName;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads manifests, under what is said outside of them. Whatever the text is, the answer is a {@link Manifest} or a {@link
 * DiagnosticsException} with all that is wrong, in all layers.
 */
public final class ManifestLoader {
    /** A longer file is not a manifest. */
    public static final int MAX_BYTES = 256 << 10;

    private static final String PIPELINE_FILE_NAME = "pipeline.toml";
    private static final List<String> PIPELINE_TABLES = List.of("flow", "runtime", "observability", "security");
    private static final Diagnostic.Location NOWHERE = new Diagnostic.Location("", 0, 0, "");
    private static final Layers NOTHING_ELSE = new Layers(Optional.empty(), Map.of(), List.of());

    private final Function<String, @Nullable String> environment;
    private final Layers layers;

    /**
     * Reads what projects say, and nothing else.
     *
     * @param environment the value of a variable that a string refers to, null when it is not set
     */
    public ManifestLoader(Function<String, @Nullable String> environment) {
        this.environment = environment;
        this.layers = NOTHING_ELSE;
    }

    public ManifestLoader(Layers layers) {
        this.environment = layers.variables()::get;
        this.layers = layers;
    }

    /**
     * @param place a manifest, or a directory that holds a {@code Torvyn.toml}
     * @throws DiagnosticsException with everything that is wrong: E0001, E0004, E0205, E0700 to E0707
     */
    public Manifest load(Path place) {
        return load(place, new Readings());
    }

    /**
     * What holds, key by key, and who said so.
     *
     * @throws DiagnosticsException as {@link #load}
     */
    public Explanation explain(Path place) {
        Readings readings = new Readings();
        return new Explanation(readings, load(place, readings).warnings());
    }

    /**
     * As {@link #explain}, of what holds where there is no project.
     *
     * @throws DiagnosticsException as {@link #load}
     */
    public Explanation explain() {
        Findings findings = new Findings();
        Readings readings = new Readings();
        SettingsReader.read(new Section(stacked(List.of(), findings), "", NOWHERE, findings, readings), findings);
        findings.throwIfErrors();
        IdleKeys.warn(readings.all(), findings);
        return new Explanation(readings, findings.sorted());
    }

    private Manifest load(Path place, Readings readings) {
        Path file = Files.isDirectory(place) ? place.resolve(Manifest.FILE_NAME) : place;
        Findings findings = new Findings();
        Optional<TomlNode.Table> root = document(file, findings);
        List<TomlNode.Table> project = new ArrayList<>();
        root.ifPresent(project::add);
        Path pipeline = file.resolveSibling(PIPELINE_FILE_NAME);
        if (name(file).equals(Manifest.FILE_NAME) && Files.exists(pipeline)) {
            Optional<TomlNode.Table> definitions = document(pipeline, findings)
                    .map(table -> only(PIPELINE_TABLES, table, PIPELINE_FILE_NAME, findings));
            definitions.ifPresent(project::add);
            root = root.filter(_ -> definitions.isPresent());
        }
        return manifest(file, root.isPresent() ? project : List.of(), findings, readings);
    }

    /**
     * Reads a manifest's text; no other file is read.
     *
     * @param file what the text is called in messages, and what its relative paths start from
     * @throws DiagnosticsException as {@link #load}
     */
    public Manifest parse(Path file, String text) {
        return parse(file, text, new Readings());
    }

    Manifest parse(Path file, String text, Readings readings) {
        Findings findings = new Findings();
        List<TomlNode.Table> project = TomlDocument.parse(name(file), text, environment, findings).stream()
                .toList();
        return manifest(file, project, findings, readings);
    }

    /** @param project its files, each over those before it; none when they cannot be read */
    private Manifest manifest(Path file, List<TomlNode.Table> project, Findings findings, Readings readings) {
        List<Section.Part> parts = stacked(project, findings);
        if (project.isEmpty()) {
            throw new DiagnosticsException(findings.sorted());
        }
        return new ManifestReader(file, parts, project.getFirst().at(), findings, readings).read();
    }

    /** All layers, the last word first. */
    private List<Section.Part> stacked(List<TomlNode.Table> project, Findings findings) {
        List<Section.Part> parts = new ArrayList<>();
        if (layers.userFile().isPresent() && Files.exists(layers.userFile().get())) {
            Path user = layers.userFile().get();
            document(user, user.toString(), findings)
                    .ifPresent(table -> add(
                            parts,
                            Layer.USER,
                            only(SettingsReader.TABLES, table, "the user's configuration", findings)));
        }
        for (TomlNode.Table table : project) {
            add(parts, Layer.PROJECT, table);
        }
        if (layers.saySomething()) {
            var outside = new SaidOutside(findings);
            add(parts, Layer.ENVIRONMENT, outside.variables(layers.variables()));
            add(parts, Layer.COMMAND_LINE, outside.options(layers.options()));
        }
        return parts.reversed();
    }

    private static void add(List<Section.Part> parts, Layer layer, TomlNode.Table table) {
        parts.add(new Section.Part(parts.size() + 1, layer, table));
    }

    private Optional<TomlNode.Table> document(Path file, Findings findings) {
        return document(file, name(file), findings);
    }

    /** @param name what the file is called in messages */
    private Optional<TomlNode.Table> document(Path file, String name, Findings findings) {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(MAX_BYTES + 1);
        } catch (NoSuchFileException _) {
            findings.add(Diagnostic.error(
                            ErrorCode.MANIFEST_NOT_FOUND,
                            "there is no manifest at %s".formatted(file),
                            "make a project with `torvyn init`, or name the file with `--manifest`")
                    .at(whole(name)));
            return Optional.empty();
        } catch (IOException e) {
            findings.add(Diagnostic.error(
                            ErrorCode.IO_ERROR,
                            "%s cannot be read: %s".formatted(file, reason(e)),
                            "check the path and its permissions")
                    .at(whole(name)));
            return Optional.empty();
        }
        if (bytes.length > MAX_BYTES) {
            findings.add(TomlDocument.syntax(
                    whole(name),
                    "it is larger than %d bytes".formatted(MAX_BYTES),
                    "check that this is the file that was meant"));
            return Optional.empty();
        }
        return text(name, bytes, findings).flatMap(text -> TomlDocument.parse(name, text, environment, findings));
    }

    private static Optional<String> text(String name, byte[] bytes, Findings findings) {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(bytes.length);
        CoderResult result = decoder.decode(in, out, true);
        String text = out.flip().toString();
        if (result.isError()) {
            int line = (int) text.chars().filter(c -> c == '\n').count() + 1;
            int column = text.codePointCount(text.lastIndexOf('\n') + 1, text.length()) + 1;
            findings.add(TomlDocument.syntax(
                    new SourceText(name, text).at(line, column),
                    "byte 0x%02x is not UTF-8".formatted(bytes[in.position()]),
                    "save the file as UTF-8"));
            return Optional.empty();
        }
        return Optional.of(text.startsWith("\ufeff") ? text.substring(1) : text);
    }

    /** What a file may say that is no manifest; the rest is reported. */
    private static TomlNode.Table only(List<String> tables, TomlNode.Table root, String file, Findings findings) {
        SequencedMap<String, TomlNode.Entry> kept = new LinkedHashMap<>();
        root.entries().forEach((key, entry) -> {
            if (tables.contains(key)) {
                kept.put(key, entry);
            } else if (!TomlDocument.isPrivate(key)) {
                findings.add(Diagnostic.error(
                                ErrorCode.UNKNOWN_FIELD,
                                "`%s` has no place in %s".formatted(Section.join("", key), file),
                                NearestName.of(key, tables)
                                        .map("did you mean `%s`?"::formatted)
                                        .orElseGet(() -> "move it to %s; known here: %s"
                                                .formatted(Manifest.FILE_NAME, String.join(", ", tables))))
                        .at(entry.keyAt())
                        .atKey(Section.join("", key)));
            }
        });
        return new TomlNode.Table(kept, root.at());
    }

    private static Diagnostic.Location whole(String name) {
        return new Diagnostic.Location(name, 0, 0, "");
    }

    private static String name(Path file) {
        return String.valueOf(file.getFileName());
    }

    private static String reason(IOException e) {
        return e instanceof AccessDeniedException ? "permission denied" : String.valueOf(e.getMessage());
    }
}
