package io.torvyn.config;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A key that was asked for, with all that was said of it.
 *
 * @param key its path, under its proper name
 * @param aliases the other paths it goes by
 * @param value what holds; null when that is nothing
 * @param standard what holds where nobody says anything; null when that is nothing
 * @param said by the layers, the last word first
 * @param inherited the key whose value holds where nobody says anything; null: its own default
 */
record Reading(
        String key,
        List<String> aliases,
        Format<?> format,
        @Nullable Object value,
        @Nullable Object standard,
        List<Said> said,
        @Nullable String inherited) {
    /** What holds, as TOML. */
    Optional<String> text() {
        return value == null ? Optional.empty() : Optional.of(text(format, value));
    }

    /** What holds where nobody says anything, as TOML. */
    Optional<String> standardText() {
        return standard == null ? Optional.empty() : Optional.of(text(format, standard));
    }

    /** What a layer says that has not the last word; empty when it is nothing that fits. */
    Optional<String> text(Said earlier) {
        return text(format, earlier.value());
    }

    private static <T> Optional<String> text(Format<T> format, TomlNode node) {
        return format.parse().apply(node).map(format.write());
    }

    @SuppressWarnings("unchecked") // the value was read by this format
    private static <T> String text(Format<T> format, Object value) {
        return format.write().apply((T) value);
    }
}
