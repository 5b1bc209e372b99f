package io.torvyn.specsuite;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
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

    /**
     * The list that belongs to this runner.
     *
     * @throws IllegalStateException when a line of it is not {@code file:line reason}
     */
    static SkipList load() {
        Map<String, String> reasons = new HashMap<>();
        try (InputStream in = SkipList.class.getResourceAsStream("skipped.txt")) {
            if (in == null) {
                throw new IllegalStateException("skipped.txt is missing");
            }
            var reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (line.isBlank() || line.startsWith("#")) {
                    continue;
                }
                int space = line.indexOf(' ');
                if (space < 0 || !line.substring(0, space).matches(".+:\\d+")) {
                    throw new IllegalStateException("skipped.txt has a line that is not 'file:line reason': " + line);
                }
                reasons.put(line.substring(0, space), line.substring(space + 1));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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
