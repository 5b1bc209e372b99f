package io.torvyn.linker;

import io.torvyn.config.FlowDefinition;
import io.torvyn.config.ManifestLoader;
import io.torvyn.types.ComponentRole;
import io.torvyn.types.Diagnostic;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Flows as a manifest's reader makes them, in few words. */
final class Flows {
    static final Map<String, Set<ComponentRole>> NATIVE = Map.of(
            "lines", Set.of(ComponentRole.SOURCE, ComponentRole.SINK),
            "printer", Set.of(ComponentRole.SINK),
            "pass", Set.of(ComponentRole.PROCESSOR));

    private Flows() {}

    /** @param body what stands under {@code [flow.main]} */
    static FlowDefinition flow(String body) {
        return new ManifestLoader(_ -> null)
                .parse(Path.of("Torvyn.toml"), """
                        [torvyn]
                        name = "linked"
                        version = "0.1.0"
                        contract_version = "0.1.0"

                        [flow.main]
                        """ + body)
                .flow("main")
                .orElseThrow();
    }

    /**
     * @param role such as {@code source}
     * @param more further lines of the node's table
     */
    static String node(String name, String component, String role, String... more) {
        return """
                [flow.main.nodes.%s]
                component = "%s"
                interface = "torvyn:streaming/%s"
                %s
                """.formatted(name, component, role, String.join("\n", more));
    }

    /** A native node. */
    static String source(String name) {
        return node(name, "native:lines", "source");
    }

    static String processor(String name) {
        return node(name, "native:pass", "processor");
    }

    static String sink(String name) {
        return node(name, "native:printer", "sink");
    }

    /** @param pairs from, to, from, to … */
    static String edges(String... pairs) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < pairs.length; i += 2) {
            text.append("[[flow.main.edges]]\nfrom = \"%s\"\nto = \"%s\"\n".formatted(pairs[i], pairs[i + 1]));
        }
        return text.toString();
    }

    /** Code and message of each finding. */
    static List<String> texts(List<Diagnostic> findings) {
        return findings.stream().map(d -> d.code() + " " + d.message()).toList();
    }
}
