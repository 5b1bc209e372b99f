package io.torvyn.host;

import io.torvyn.config.FlowDefinition;
import io.torvyn.config.Manifest;
import io.torvyn.config.NodeDefinition;
import io.torvyn.config.SecuritySettings;
import io.torvyn.pipeline.StandardStreams;
import io.torvyn.types.Diagnostic;
import io.torvyn.wasi.WasiGrants;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What the nodes of one flow have been granted. Immutable. */
final class Grants {
    private final Map<String, Set<String>> byNode;

    private Grants(Map<String, Set<String>> byNode) {
        this.byNode = byNode;
    }

    static Grants resolve(Manifest manifest, FlowDefinition flow, List<Diagnostic> warnings) {
        Map<String, Set<String>> byNode = new HashMap<>();
        for (NodeDefinition node : flow.nodes()) {
            byNode.put(node.name(), manifest.security().grantsFor(node).stream().map(SecuritySettings.Grant::capability).collect(Collectors.toSet()));
        }
        return new Grants(byNode);
    }

    WasiGrants wasi(String node, StandardStreams streams) {
        Set<String> g = byNode.getOrDefault(node, Set.of());
        return new WasiGrants(Optional.empty(), g.contains("stdio:stdout") ? Optional.of(streams.out()) : Optional.empty(), g.contains("stdio:stderr") ? Optional.of(streams.err()) : Optional.empty(), Map.of(), List.of(), Set.of());
    }
}
