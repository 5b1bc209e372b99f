package io.torvyn.contracts;

import java.util.List;
import java.util.Optional;

/**
 * A resolved WIT package.
 *
 * @param name with its version, if it has one: {@code torvyn:streaming@0.1.0}
 * @param interfaces by file, then in order of declaration
 * @param worlds by file, then in order of declaration
 * @param docs the doc comment's lines, without slashes; may be empty
 */
public record WitPackage(String name, List<WitInterface> interfaces, List<WitWorld> worlds, String docs) {
    public WitPackage {
        interfaces = List.copyOf(interfaces);
        worlds = List.copyOf(worlds);
    }

    /** By the plain name, such as {@code types}. */
    public Optional<WitInterface> findInterface(String plainName) {
        return interfaces.stream()
                .filter(candidate -> candidate.name().equals(qualify(plainName)))
                .findFirst();
    }

    /** By the plain name, such as {@code transform}. */
    public Optional<WitWorld> findWorld(String plainName) {
        return worlds.stream()
                .filter(candidate -> candidate.name().equals(qualify(plainName)))
                .findFirst();
    }

    private String qualify(String plainName) {
        return qualify(name, plainName);
    }

    static String qualify(String packageName, String plainName) {
        int version = packageName.indexOf('@');
        return version < 0
                ? packageName + "/" + plainName
                : packageName.substring(0, version) + "/" + plainName + packageName.substring(version);
    }
}
