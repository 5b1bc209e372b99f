package io.torvyn.projects;

import io.torvyn.contracts.WitPackages;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a project is called: 1 to 64 letters, digits, hyphens and underscores, beginning with a letter or an underscore.
 *
 * @param text of that form; anything else is an IllegalArgumentException
 */
public record ProjectName(String text) {
    private static final Pattern FORM = Pattern.compile("[A-Za-z_][A-Za-z0-9_-]{0,63}");
    private static final Pattern SEPARATOR = Pattern.compile("[-_]+");

    public ProjectName {
        problem(text).ifPresent(problem -> {
            throw new IllegalArgumentException(problem);
        });
    }

    /** Why a project cannot be called so, and how it could; empty when it can. */
    public static Optional<String> problem(String text) {
        return FORM.matcher(text).matches()
                ? Optional.empty()
                : Optional.of(
                        ("a project cannot be called `%s`: a name is 1 to 64 of A-Z, a-z, 0-9, _ and -, and begins with"
                                        + " a letter or an underscore; `%s` would do")
                                .formatted(text, suggestion(text)));
    }

    private static String suggestion(String text) {
        String near = text.replaceAll("[^A-Za-z0-9_-]+", "-").replaceAll("^[-0-9]+|-+$", "");
        String cut = near.substring(0, Math.min(near.length(), 64));
        return cut.isEmpty() ? "my-project" : cut;
    }

    /** Its words, each with a capital: {@code my-app} is {@code MyApp}. */
    String pascalCase() {
        StringBuilder name = new StringBuilder();
        for (String word : words()) {
            name.append(word.substring(0, 1).toUpperCase(Locale.ROOT)).append(word.substring(1));
        }
        return name.toString();
    }

    /** As WIT and package registries would have it: words in small letters, each beginning with a letter. */
    String kebabCase() {
        StringBuilder name = new StringBuilder();
        for (String word : words()) {
            boolean joins = name.isEmpty() || Character.isDigit(word.charAt(0));
            name.append(joins ? "" : "-").append(word.toLowerCase(Locale.ROOT));
        }
        return name.isEmpty() || Character.isDigit(name.charAt(0)) ? "project" + name : name.toString();
    }

    /** Its {@link #kebabCase}, escaped where WIT has another use for the word. */
    String witName() {
        return WitPackages.identifier(kebabCase());
    }

    private List<String> words() {
        List<String> words = new ArrayList<>(List.of(SEPARATOR.split(text)));
        words.removeIf(String::isEmpty);
        return words;
    }
}
