package io.torvyn.config;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Environment variables in strings: {@code ${NAME}} anywhere in the text, or {@code env::NAME} as the whole of it. What a
 * variable holds is not looked at again.
 *
 * @param text the result; the part that names an unknown variable is left as it was
 * @param missing the unknown variables
 */
record Interpolation(String text, List<String> missing) {
    private static final Pattern WHOLE = Pattern.compile("env::([A-Za-z_][A-Za-z0-9_]*)");

    static Interpolation of(String raw, Function<String, @Nullable String> environment) {
        List<String> missing = new ArrayList<>();
        Matcher whole = WHOLE.matcher(raw);
        if (whole.matches()) {
            return new Interpolation(value(whole.group(1), raw, environment, missing), missing);
        }
        if (!raw.contains("${")) {
            return new Interpolation(raw, missing);
        }
        StringBuilder text = new StringBuilder();
        int done = 0;
        for (int open = raw.indexOf("${"); open >= 0; open = raw.indexOf("${", done)) {
            int close = raw.indexOf('}', open);
            if (close < 0) {
                break;
            }
            String reference = raw.substring(open, close + 1);
            String name = raw.substring(open + 2, close);
            text.append(raw, done, open);
            text.append(name.isEmpty() ? reference : value(name, reference, environment, missing));
            done = close + 1;
        }
        return new Interpolation(text.append(raw, done, raw.length()).toString(), missing);
    }

    private static String value(
            String name, String raw, Function<String, @Nullable String> environment, List<String> missing) {
        String value = environment.apply(name);
        if (value == null) {
            missing.add(name);
            return raw;
        }
        return value;
    }
}
