package io.torvyn.cli;

import java.nio.file.Path;

/** The user's own folder: {@code $TORVYN_HOME}, else {@code ~/.config/torvyn}. */
final class Home {
    static Path folder() {
        String home = System.getenv("TORVYN_HOME");
        return home == null || home.isEmpty()
                ? Path.of(System.getProperty("user.home"), ".config", "torvyn")
                : Path.of(home);
    }

    static Path cache() {
        return folder().resolve("cache");
    }

    private Home() {}
}
