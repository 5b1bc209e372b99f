package io.torvyn.projects;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.PatternSyntaxException;

/**
 * What of a folder is nobody's source: what tools make, and what its {@code .gitignore} says. Of that language, patterns,
 * folders ({@code target/}), places ({@code /out}), {@code **} and exceptions ({@code !kept}) are understood; of several
 * patterns that match the last one holds, and below a folder that is ignored nothing is looked at.
 *
 * @param root what the patterns start from
 */
record IgnoredFiles(Path root, List<Rule> rules) {
    /** Made by tools, whatever a {@code .gitignore} says; so is every hidden file. */
    private static final Set<String> MADE = Set.of("target", "node_modules", "__pycache__");

    /** Written by the first build: nobody edits them, and a second build for their sake would be for nothing. */
    private static final Set<String> LOCKS = Set.of("Cargo.lock", "package-lock.json");

    private static final int MOST_RULES = 1000;

    /** @param matcher of paths below the root */
    record Rule(PathMatcher matcher, boolean foldersOnly, boolean kept) {}

    IgnoredFiles {
        rules = List.copyOf(rules);
    }

    /** Those of a folder. A {@code .gitignore} that cannot be read says nothing. */
    static IgnoredFiles of(Path root) {
        List<Rule> rules = new ArrayList<>();
        try {
            for (String line : Files.readAllLines(root.resolve(".gitignore"))) {
                String pattern = line.strip();
                if (!pattern.isEmpty() && !pattern.startsWith("#") && rules.size() < MOST_RULES) {
                    add(rules, pattern);
                }
            }
        } catch (IOException e) {
            // there is none, or it is no text
        }
        return new IgnoredFiles(root, rules);
    }

    private static void add(List<Rule> rules, String line) {
        boolean kept = line.startsWith("!");
        String pattern = kept ? line.substring(1) : line;
        boolean foldersOnly = pattern.endsWith("/");
        pattern = foldersOnly ? pattern.substring(0, pattern.length() - 1) : pattern;
        boolean placed = pattern.contains("/");
        pattern = pattern.startsWith("/") ? pattern.substring(1) : pattern;
        String glob = (placed ? pattern : "{" + pattern + ",**/" + pattern + "}").replace("**/**/", "**/");
        try {
            rules.add(new Rule(FileSystems.getDefault().getPathMatcher("glob:" + glob), foldersOnly, kept));
        } catch (PatternSyntaxException e) {
            // git would match it with nothing either
        }
    }

    /** @param path below the root */
    boolean contain(Path path, boolean folder) {
        String name = String.valueOf(path.getFileName());
        if (name.startsWith(".") || name.endsWith("~") || (folder ? MADE : LOCKS).contains(name)) {
            return true;
        }
        Path below = root.relativize(path);
        boolean ignored = false;
        for (Rule rule : rules) {
            if ((folder || !rule.foldersOnly()) && rule.matcher().matches(below)) {
                ignored = !rule.kept();
            }
        }
        return ignored;
    }
}
