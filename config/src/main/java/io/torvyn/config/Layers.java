package io.torvyn.config;

import io.torvyn.types.NearestName;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What is said of a configuration outside of its project.
 *
 * @param userFile the user's own file; it need not be there
 * @param variables of the environment: those that are named after a key, and those that strings refer to
 * @param options of the command, each {@code <key>=<value>}
 */
public record Layers(Optional<Path> userFile, Map<String, String> variables, List<String> options) {
    /** What the user's own file is called. */
    public static final String USER_FILE_NAME = "config.toml";

    static final String PREFIX = "TORVYN_";

    /** What begins like a key, and is none. */
    private static final String TOKEN = "TORVYN_REGISTRY_TOKEN";

    public Layers {
        variables = Map.copyOf(variables);
        options = List.copyOf(options);
    }

    /**
     * A user's own file and environment.
     *
     * @param home the folder that holds the {@value #USER_FILE_NAME}
     */
    public static Layers of(Path home, Map<String, String> variables) {
        return new Layers(Optional.of(home.resolve(USER_FILE_NAME)), variables, List.of());
    }

    /** The same with options, over all others; of several that name one key, the last holds. */
    public Layers withOptions(List<String> others) {
        return new Layers(userFile, variables, others);
    }

    /** Whether there is anything but files: to know the keys costs a start some milliseconds. */
    boolean saySomething() {
        if (!options.isEmpty()) {
            return true;
        }
        for (String name : variables.keySet()) {
            if (isMeantAsKey(name)) {
                return true;
            }
        }
        return false;
    }

    /** Whether a variable begins like a key. */
    static boolean isMeantAsKey(String variable) {
        if (!variable.startsWith(PREFIX) || variable.equals(TOKEN)) {
            return false;
        }
        for (String table : SettingsReader.TABLES) {
            if (variable.startsWith(table.toUpperCase(Locale.ROOT) + "_", PREFIX.length())) {
                return true;
            }
        }
        return false;
    }

    /** Whether an option sets a key of a configuration, and not something of a flow. */
    public static boolean isSetting(String option) {
        String path = path(option);
        return SettingsReader.TABLES.stream().anyMatch(table -> path.startsWith(table + "."))
                && new SaidOutside(new Findings()).isKnown(path);
    }

    /** The key that an option probably means. */
    public static Optional<String> nearestSetting(String option) {
        return NearestName.of(path(option), new SaidOutside(new Findings()).paths());
    }

    private static String path(String option) {
        int equals = option.indexOf('=');
        return equals < 0 ? option : option.substring(0, equals);
    }
}
