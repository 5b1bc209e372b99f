package io.torvyn.systemtests;

import io.torvyn.guests.Guests;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A project folder with one flow, {@code main}, that goes from node to node in the order they are given. */
final class Project {
    private final Path directory;
    private final List<String> nodes = new ArrayList<>();
    private final StringBuilder manifest = new StringBuilder("""
            [torvyn]
            name = "system-test"
            version = "0.1.0"
            contract_version = "0.1.0"

            """);

    private Project(Path directory) {
        this.directory = directory;
    }

    static Project in(Path directory) {
        return new Project(directory);
    }

    Project source(String node, String component, String... settings) {
        return node(node, component, "torvyn:streaming/source", settings);
    }

    Project processor(String node, String component, String... settings) {
        return node(node, component, "torvyn:streaming/processor", settings);
    }

    Project sink(String node, String component, String... settings) {
        return node(node, component, "torvyn:streaming/sink", settings);
    }

    /** A sink that no edge leads to. */
    Project aside(String node, String component, String... settings) {
        node(node, component, "torvyn:streaming/sink", settings);
        nodes.removeLast();
        return this;
    }

    /** @param component a native stage, a file of this project, or one of our guests */
    private Project node(String node, String component, String contract, String... settings) {
        String file = component;
        if (!component.startsWith("native:") && !component.endsWith(".wasm")) {
            file = component + ".wasm";
            if (Guests.names().contains(component)) {
                file(file, Guests.bytes(component));
            }
        }
        nodes.add(node);
        manifest.append(
                "[flow.main.nodes.%s]%ncomponent = \"%s\"%ninterface = \"%s\"%n".formatted(node, file, contract));
        for (String setting : settings) {
            manifest.append(setting).append('\n');
        }
        manifest.append('\n');
        return this;
    }

    Project grant(String node, String capability) {
        manifest.append("[security.grants.%s]%ncapabilities = [\"%s\"]%n%n".formatted(node, capability));
        return this;
    }

    Project edge(String from, String to) {
        manifest.append("[[flow.main.edges]]%nfrom = \"%s\"%nto = \"%s\"%n%n".formatted(from, to));
        return this;
    }

    Project file(String name, byte[] bytes) {
        try {
            Files.write(directory.resolve(name), bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    /** The setting of a node's configuration. */
    static String config(String text) {
        return "config = '" + text + "'";
    }

    /** Joins the nodes, and writes the manifest. */
    Path write() {
        for (int i = 1; i < nodes.size(); i++) {
            edge(nodes.get(i - 1), nodes.get(i));
        }
        return writeManifest(manifest.toString());
    }

    Path writeManifest(String text) {
        try {
            Files.writeString(directory.resolve("Torvyn.toml"), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return directory;
    }
}
