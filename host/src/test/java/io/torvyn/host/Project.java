package io.torvyn.host;

import io.torvyn.config.Manifest;
import io.torvyn.engine.CompiledComponentCache;
import io.torvyn.guests.Guests;
import io.torvyn.pipeline.StandardStreams;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A manifest that a test writes, with our guests beside it, and the standard streams that its flows see. */
final class Project {
    /** Compiling a guest takes longer than running it. */
    private static final CompiledComponentCache COMPILED = CompiledComponentCache.inMemory();

    private final Path directory;
    private final StringBuilder text = new StringBuilder("""
            [torvyn]
            name = "test"
            version = "0.1.0"
            contract_version = "0.1.0"
            """);
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private InputStream in = InputStream.nullInputStream();
    private String flow = "";
    private String last = "";

    Project(Path directory) {
        this.directory = directory;
    }

    /** The example as it lies in the repository. */
    static Path example(String name) {
        return Path.of(System.getProperty("basedir", "."))
                .resolve("../examples")
                .resolve(name);
    }

    Project flow(String name) {
        return flow(name, "");
    }

    Project flow(String name, String settings) {
        text.append("\n[flow.%s]\n%s\n".formatted(name, settings));
        last = "";
        flow = name;
        return this;
    }

    Project source(String component, String config) {
        return node("source", component, "torvyn:streaming/source", config);
    }

    Project processor(String component, String config) {
        return node(component, component, "torvyn:streaming/processor", config);
    }

    Project aggregator(String component, String config) {
        return node(component, component, "torvyn:aggregation/aggregator", config);
    }

    Project sink(String component, String config) {
        return node("sink", component, "torvyn:streaming/sink", config);
    }

    /** A node, joined to the one before it. */
    private Project node(String name, String component, String contract, String config) {
        String reference = component;
        if (!component.startsWith("native:")) {
            reference = component + ".wasm";
            try {
                Files.write(directory.resolve(reference), Guests.bytes(component));
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
        if (!last.isEmpty()) {
            text.append("[[flow.%s.edges]]\nfrom = \"%s:output\"\nto = \"%s:input\"\n".formatted(flow, last, name));
        }
        last = name;
        text.append("""

                [flow.%s.nodes.%s]
                component = "%s"
                interface = "%s"
                """.formatted(flow, name, reference, contract));
        if (!config.isEmpty()) {
            text.append("config = '%s'\n".formatted(config));
        }
        return this;
    }

    /** Goes where the text has come to: into the last node, or anywhere with a table of its own. */
    Project more(String toml) {
        text.append(toml).append('\n');
        return this;
    }

    Project input(String bytes) {
        in = new ByteArrayInputStream(bytes.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    Project input(InputStream stream) {
        in = stream;
        return this;
    }

    Manifest manifest() {
        try {
            return Manifest.load(Files.writeString(directory.resolve(Manifest.FILE_NAME), text));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    StandardStreams streams() {
        return new StandardStreams(in, out, err);
    }

    TorvynHost.Builder host() {
        return TorvynHost.builder(manifest()).streams(streams()).cache(COMPILED);
    }

    String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    String err() {
        return err.toString(StandardCharsets.UTF_8);
    }
}
