package io.torvyn.host;

import io.torvyn.security.Capability;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What the components of a flow really used, against what they were granted.
 *
 * @param flow its name
 * @param nodes those that are components, in the order of their names
 */
public record CapabilityReport(String flow, List<Node> nodes) {
    /**
     * One component.
     *
     * @param name of its node
     * @param granted as its grants have it
     * @param used as grants that would have been enough: the very path, host and port, variable
     * @param denied what it tried that was not granted
     */
    public record Node(String name, List<String> granted, List<String> used, List<String> denied) {
        public Node {
            granted = List.copyOf(granted);
            used = List.copyOf(used);
            denied = List.copyOf(denied);
        }

        /** What was granted and covers nothing that was used. */
        public List<String> unused() {
            return granted.stream()
                    .filter(grant -> used.stream().noneMatch(use -> covers(grant, use)))
                    .toList();
        }

        private static boolean covers(String grant, String use) {
            return Capability.parseGrant(use).stream()
                    .allMatch(wanted -> Capability.parseGrant(grant).stream().anyMatch(each -> each.covers(wanted)));
        }
    }

    public CapabilityReport {
        nodes = List.copyOf(nodes);
    }

    /** Tables for a manifest, which grant what was used and nothing else; what else there is to say is in comments. */
    public String toToml() {
        return "# What the components of flow '" + flow + "' used.\n"
                + nodes.stream().map(CapabilityReport::table).collect(Collectors.joining());
    }

    private static String table(Node node) {
        var toml = new StringBuilder("\n[security.grants." + node.name() + "]\ncapabilities = [");
        node.used().forEach(use -> toml.append("\n    ").append(text(use)).append(','));
        toml.append(node.used().isEmpty() ? "]\n" : "\n]\n");
        comment(toml, "granted and not used", node.unused());
        comment(toml, "tried without a grant", node.denied());
        return toml.toString();
    }

    private static void comment(StringBuilder toml, String title, List<String> capabilities) {
        if (!capabilities.isEmpty()) {
            toml.append("# ").append(title).append(": ");
            toml.append(capabilities.stream().map(CapabilityReport::text).collect(Collectors.joining(", ")));
            toml.append('\n');
        }
    }

    /** A basic string of TOML. Guests choose parts of some capabilities, so nothing in one may end its line. */
    private static String text(String value) {
        var toml = new StringBuilder("\"");
        value.chars().forEach(c -> {
            if (c == '"' || c == '\\') {
                toml.append('\\').append((char) c);
            } else if (c < ' ' || c == 0x7f || c == '\u0085' || c == '\u2028' || c == '\u2029') {
                toml.append("\\u%04X".formatted(c));
            } else {
                toml.append((char) c);
            }
        });
        return toml.append('"').toString();
    }
}
