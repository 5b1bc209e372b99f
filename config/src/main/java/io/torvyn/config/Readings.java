package io.torvyn.config;

import java.util.ArrayList;
import java.util.List;

/** Every key that was asked for in one reading, in that order. */
final class Readings {
    private final List<Reading> all = new ArrayList<>();

    void add(Reading reading) {
        all.add(reading);
    }

    List<Reading> all() {
        return List.copyOf(all);
    }
}
