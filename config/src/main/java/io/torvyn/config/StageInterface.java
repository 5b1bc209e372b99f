package io.torvyn.config;

import io.torvyn.types.ComponentRole;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The interface by which a node takes part in its flow.
 *
 * @param name canonical and without version, such as {@code torvyn:streaming/processor}
 * @param version as written; empty when nothing was
 */
public record StageInterface(String name, Optional<String> version) {
    /** The canonical names. */
    public static final List<String> NAMES = List.of(
            "torvyn:streaming/source",
            "torvyn:streaming/processor",
            "torvyn:streaming/sink",
            "torvyn:filtering/filter",
            "torvyn:filtering/router",
            "torvyn:aggregation/aggregator");

    private static final Map<String, String> ALIASES = Map.of(
            "torvyn:streaming/filter", "torvyn:filtering/filter",
            "torvyn:streaming/router", "torvyn:filtering/router",
            "torvyn:streaming/aggregator", "torvyn:aggregation/aggregator");

    /** @throws IllegalArgumentException when {@code name} is not one of {@link #NAMES} */
    public StageInterface {
        if (!NAMES.contains(name)) {
            throw new IllegalArgumentException(name + " is not an interface of a stage");
        }
    }

    /** Reads {@code name} or {@code name@version}; empty when it is no interface of a stage. */
    public static Optional<StageInterface> parse(String text) {
        int at = text.indexOf('@');
        String name = at < 0 ? text : text.substring(0, at);
        Optional<String> version = at < 0 ? Optional.empty() : Optional.of(text.substring(at + 1));
        String canonical = ALIASES.getOrDefault(name, name);
        if (!NAMES.contains(canonical) || (version.isPresent() && !Format.isVersion(version.get()))) {
            return Optional.empty();
        }
        return Optional.of(new StageInterface(canonical, version));
    }

    /** The interface of stages of that role, in no particular version. */
    public static StageInterface of(ComponentRole role) {
        return NAMES.stream()
                .map(name -> new StageInterface(name, Optional.empty()))
                .filter(stage -> stage.role() == role)
                .findFirst()
                .orElseThrow();
    }

    /** The names, without version, under which a component may export it: the canonical one first. */
    public List<String> exportNames() {
        return Stream.concat(
                        Stream.of(name), ALIASES.keySet().stream().filter(alias -> name.equals(ALIASES.get(alias))))
                .toList();
    }

    public ComponentRole role() {
        return switch (name) {
            case "torvyn:streaming/source" -> ComponentRole.SOURCE;
            case "torvyn:streaming/processor" -> ComponentRole.PROCESSOR;
            case "torvyn:streaming/sink" -> ComponentRole.SINK;
            case "torvyn:filtering/filter" -> ComponentRole.FILTER;
            case "torvyn:filtering/router" -> ComponentRole.ROUTER;
            default -> ComponentRole.AGGREGATOR;
        };
    }

    @Override
    public String toString() {
        return name + version.map(v -> "@" + v).orElse("");
    }
}
