package io.torvyn.projects;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A text among the templates, and what it becomes. {@code {{name}}} stands for a value. A line {@code {{name}}} of its own
 * opens a part that is there when the name is among the facts; {@code {{stub}}} turns to what is there otherwise, {@code
 * {{end}}} closes. Parts do not nest. Where parts were left out, one empty line stays of several.
 */
final class TemplateText {
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{([a-z_]+)}}");
    private static final Set<String> PARTS = Set.of("drains", "example", "feeds", "single");

    private TemplateText() {}

    /** @param file below the folder of templates */
    static String read(String file) {
        try (InputStream in = TemplateText.class.getResourceAsStream("templates/" + file)) {
            if (in == null) {
                throw new AssertionError("this build lacks its template " + file);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("template " + file, e);
        }
    }

    /**
     * @param values by placeholder; every one that the text has
     * @param facts the parts that are wanted
     */
    static String fill(String text, Map<String, String> values, Set<String> facts) {
        StringBuilder kept = new StringBuilder();
        boolean wanted = true;
        for (String line : text.lines().toList()) {
            Matcher whole = PLACEHOLDER.matcher(line);
            String name = whole.matches() ? whole.group(1) : "";
            if (PARTS.contains(name)) {
                wanted = facts.contains(name);
            } else if (name.equals("stub")) {
                wanted = !wanted;
            } else if (name.equals("end")) {
                wanted = true;
            } else if (wanted) {
                kept.append(line).append('\n');
            }
        }
        String filled = PLACEHOLDER.matcher(kept).replaceAll(found -> {
            String value = values.get(found.group(1));
            if (value == null) {
                throw new AssertionError("a template asks for " + found.group());
            }
            return Matcher.quoteReplacement(value);
        });
        return filled.replaceAll("\n{3,}", "\n\n").strip() + "\n";
    }
}
