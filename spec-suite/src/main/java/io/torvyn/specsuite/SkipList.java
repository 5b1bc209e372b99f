package io.torvyn.specsuite;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The commands that are not run: {@code skipped.txt} beside this class, with the reason for each. */
final class SkipList {
    private final Map<String, String> reasons;

    private SkipList(Map<String, String> reasons) {
        this.reasons = reasons;
    }

    /** The list that belongs to this runner. */
    static SkipList load() {
        try (InputStream in = SkipList.class.getResourceAsStream("skipped.txt")) {
            if (in == null) {
                throw new IllegalStateException("skipped.txt is missing");
            }
            return of(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Reads a list.
     *
     * @param text lines of {@code file:line reason}, empty ones, and those that begin with {@code #}
     * @throws IllegalArgumentException when a line is none of these, or lists what another one lists
     */
    static SkipList of(String text) {
        Map<String, String> reasons = new HashMap<>();
        text.lines().filter(line -> !line.isBlank() && !line.startsWith("#")).forEach(line -> {
            int space = line.indexOf(' ');
            if (space < 0 || !line.substring(0, space).matches(".+:\\d+")) {
                throw new IllegalArgumentException("not of the form 'file:line reason': " + line);
            }
            if (reasons.put(line.substring(0, space), line.substring(space + 1)) != null) {
                throw new IllegalArgumentException("listed twice: " + line);
            }
        });
        return new SkipList(reasons);
    }

    int size() {
        return reasons.size();
    }

    /** Why a command is not run; null when it is run. */
    @Nullable
    String reason(String script, int line) {
        return reasons.get(script + ":" + line);
    }
}
