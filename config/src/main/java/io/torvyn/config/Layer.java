package io.torvyn.config;

import java.util.Locale;

/** Who said what a configuration holds. Each has the last word over those before it, key by key. */
public enum Layer {
    /** Nobody said anything. */
    DEFAULT,
    /** The user's own file, for all projects. */
    USER,
    /** The manifest and the pipeline file beside it. */
    PROJECT,
    /** A variable of the environment. */
    ENVIRONMENT,
    /** An option of the command. */
    COMMAND_LINE;

    /** As it is printed. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
