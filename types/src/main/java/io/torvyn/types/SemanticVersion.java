package io.torvyn.types;

import java.util.List;
import java.util.Optional;

/**
 * A version as semver.org 2.0 defines it, ordered by precedence: build metadata does not count.
 *
 * @param text as written
 * @param core major, minor and patch, as decimal numbers without leading zeros and of any length
 * @param preRelease its identifiers; empty for a release
 */
public record SemanticVersion(String text, List<String> core, List<String> preRelease)
        implements Comparable<SemanticVersion> {
    /** Empty when {@code text} is not a version. */
    public static Optional<SemanticVersion> parse(String text) {
        int plus = text.indexOf('+');
        if (plus >= 0 && !identifiers(text.substring(plus + 1)).stream().allMatch(SemanticVersion::isWord)) {
            return Optional.empty();
        }
        String precedence = plus < 0 ? text : text.substring(0, plus);
        int dash = precedence.indexOf('-');
        List<String> core = identifiers(dash < 0 ? precedence : precedence.substring(0, dash));
        List<String> preRelease = dash < 0 ? List.of() : identifiers(precedence.substring(dash + 1));
        boolean valid = core.size() == 3
                && core.stream().allMatch(SemanticVersion::isNumber)
                && preRelease.stream().allMatch(part -> isWord(part) && (!isDigits(part) || isNumber(part)));
        return valid ? Optional.of(new SemanticVersion(text, core, preRelease)) : Optional.empty();
    }

    /** What changes when something breaks: major, of 0.x minor too, of 0.0.x all of it, and of pre-releases too. */
    public String track() {
        if (!preRelease.isEmpty()) {
            return String.join(".", core) + "-" + String.join(".", preRelease);
        }
        int parts = !core.getFirst().equals("0") ? 1 : !core.get(1).equals("0") ? 2 : 3;
        return String.join(".", core.subList(0, parts));
    }

    private static List<String> identifiers(String dotted) {
        return List.of(dotted.split("\\.", -1));
    }

    private static boolean isWord(String part) {
        return !part.isEmpty() && part.chars().allMatch(c -> isLetter(c) || isDigit(c) || c == '-');
    }

    private static boolean isLetter(int c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    private static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isDigits(String part) {
        return part.chars().allMatch(SemanticVersion::isDigit);
    }

    private static boolean isNumber(String part) {
        return !part.isEmpty() && isDigits(part) && (part.length() == 1 || part.charAt(0) != '0');
    }

    @Override
    public int compareTo(SemanticVersion other) {
        for (int i = 0; i < core.size(); i++) {
            int order = compareNumbers(core.get(i), other.core.get(i));
            if (order != 0) {
                return order;
            }
        }
        if (preRelease.isEmpty() || other.preRelease.isEmpty()) {
            return Boolean.compare(preRelease.isEmpty(), other.preRelease.isEmpty());
        }
        int common = Math.min(preRelease.size(), other.preRelease.size());
        for (int i = 0; i < common; i++) {
            int order = compareIdentifiers(preRelease.get(i), other.preRelease.get(i));
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(preRelease.size(), other.preRelease.size());
    }

    private static int compareIdentifiers(String a, String b) {
        if (isDigits(a) && isDigits(b)) {
            return compareNumbers(a, b);
        }
        return isDigits(a) ? -1 : isDigits(b) ? 1 : a.compareTo(b);
    }

    private static int compareNumbers(String a, String b) {
        return a.length() != b.length() ? Integer.compare(a.length(), b.length()) : a.compareTo(b);
    }

    @Override
    public String toString() {
        return text;
    }
}
