package io.torvyn.config;

import io.torvyn.types.Diagnostic;
import io.torvyn.types.DiagnosticsException;
import io.torvyn.types.ErrorCode;
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
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads manifests. Whatever the text is, the answer is a {@link Manifest} or a {@link DiagnosticsException} with all
 * that is wrong in it.
 */
public final class ManifestLoader {
    /** A longer file is not a manifest. */
    public static final int MAX_BYTES = 256 << 10;

    private static final String PIPELINE_FILE_NAME = "pipeline.toml";
    private static final Set<String> PIPELINE_TABLES = Set.of("flow", "runtime", "observability", "security");

    private final Function<String, @Nullable String> environment;

    /** @param environment the value of a variable, null when it is not set */
    public ManifestLoader(Function<String, @Nullable String> environment) {
        this.environment = environment;
    }

    /**
     * @param place a manifest, or a directory that holds a {@code Torvyn.toml}
     * @throws DiagnosticsException with everything that is wrong: E0001, E0205, E0700 to E0707
     */
    public Manifest load(Path place) {
        Path file = Files.isDirectory(place) ? place.resolve(Manifest.FILE_NAME) : place;
        Findings findings = new Findings();
        Optional<TomlNode.Table> root = document(file, findings);
        Path pipeline = file.resolveSibling(PIPELINE_FILE_NAME);
        if (name(file).equals(Manifest.FILE_NAME) && Files.exists(pipeline)) {
            Optional<TomlNode.Table> definitions = document(pipeline, findings).map(t -> pipelineTables(t, findings));
            root = root.flatMap(below -> definitions.map(above -> overlaid(below, above)));
        }
        return manifest(file, root, findings);
    }

    /**
     * Reads a manifest's text; nothing else is read.
     *
     * @param file what the text is called in messages, and what its relative paths start from
     * @throws DiagnosticsException as {@link #load}
     */
    public Manifest parse(Path file, String text) {
        Findings findings = new Findings();
        return manifest(file, TomlDocument.parse(name(file), text, environment, findings), findings);
    }

    private static Manifest manifest(Path file, Optional<TomlNode.Table> root, Findings findings) {
        if (root.isEmpty()) {
            throw new DiagnosticsException(findings.sorted());
        }
        return new ManifestReader(file, root.get(), findings).read();
    }

    private Optional<TomlNode.Table> document(Path file, Findings findings) {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(MAX_BYTES + 1);
        } catch (NoSuchFileException _) {
            findings.add(Diagnostic.error(
                            ErrorCode.MANIFEST_NOT_FOUND,
                            "there is no manifest at %s".formatted(file),
                            "make a project with `torvyn init`, or name the file with `--manifest`")
                    .at(whole(file)));
            return Optional.empty();
        } catch (IOException e) {
            findings.add(Diagnostic.error(
                            ErrorCode.IO_ERROR,
                            "%s cannot be read: %s".formatted(file, reason(e)),
                            "check the path and its permissions")
                    .at(whole(file)));
            return Optional.empty();
        }
        if (bytes.length > MAX_BYTES) {
            findings.add(TomlDocument.syntax(
                    whole(file),
                    "it is larger than %d bytes".formatted(MAX_BYTES),
                    "check that this is the file that was meant"));
            return Optional.empty();
        }
        return text(file, bytes, findings).flatMap(text -> TomlDocument.parse(name(file), text, environment, findings));
    }

    private static Optional<String> text(Path file, byte[] bytes, Findings findings) {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(bytes.length);
        CoderResult result = decoder.decode(in, out, true);
        String text = out.flip().toString();
        if (result.isError()) {
            int line = (int) text.chars().filter(c -> c == '\n').count() + 1;
            int column = text.codePointCount(text.lastIndexOf('\n') + 1, text.length()) + 1;
            findings.add(TomlDocument.syntax(
                    new SourceText(name(file), text).at(line, column),
                    "byte 0x%02x is not UTF-8".formatted(bytes[in.position()]),
                    "save the file as UTF-8"));
            return Optional.empty();
        }
        return Optional.of(text.startsWith("\ufeff") ? text.substring(1) : text);
    }

    /** What a pipeline file may say; the rest is reported. */
    private static TomlNode.Table pipelineTables(TomlNode.Table root, Findings findings) {
        SequencedMap<String, TomlNode.Entry> kept = new LinkedHashMap<>();
        root.entries().forEach((key, entry) -> {
            if (PIPELINE_TABLES.contains(key)) {
                kept.put(key, entry);
            } else if (!TomlDocument.isPrivate(key)) {
                findings.add(Diagnostic.error(
                                ErrorCode.UNKNOWN_FIELD,
                                "`%s` has no place in %s".formatted(Section.join("", key), PIPELINE_FILE_NAME),
                                "move it to %s; known here: flow, runtime, observability, security"
                                        .formatted(Manifest.FILE_NAME))
                        .at(entry.keyAt())
                        .atKey(Section.join("", key)));
            }
        });
        return new TomlNode.Table(kept, root.at());
    }

    /** Each key of {@code above} wins, tables are joined; a flow is one thing and wins as a whole. */
    private static TomlNode.Table overlaid(TomlNode.Table below, TomlNode.Table above) {
        return overlaid(below, above, "");
    }

    private static TomlNode.Table overlaid(TomlNode.Table below, TomlNode.Table above, String path) {
        SequencedMap<String, TomlNode.Entry> entries = new LinkedHashMap<>(below.entries());
        above.entries().forEach((key, entry) -> {
            TomlNode.Entry old = entries.get(key);
            if (old != null
                    && old.value() instanceof TomlNode.Table under
                    && entry.value() instanceof TomlNode.Table over
                    && !path.equals("flow")) {
                TomlNode joined = overlaid(under, over, Section.join(path, key));
                entries.put(key, new TomlNode.Entry(entry.keyAt(), joined));
            } else {
                entries.put(key, entry);
            }
        });
        return new TomlNode.Table(entries, below.at());
    }

    private static Diagnostic.Location whole(Path file) {
        return new Diagnostic.Location(name(file), 0, 0, "");
    }

    private static String name(Path file) {
        return String.valueOf(file.getFileName());
    }

    private static String reason(IOException e) {
        return e instanceof AccessDeniedException ? "permission denied" : String.valueOf(e.getMessage());
    }
}
