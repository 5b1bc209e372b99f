package io.torvyn.config;

import io.torvyn.types.NearestName;
import io.torvyn.types.SemanticVersion;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoublePredicate;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What a key's value must look like.
 *
 * @param expected in words, for messages
 * @param example one that is right, as TOML
 * @param parse empty when it is something else
 * @param nearest what was probably meant instead of a value that does not fit
 * @param write the value as TOML that {@code parse} reads
 */
record Format<T>(
        String expected,
        String example,
        Function<TomlNode, Optional<T>> parse,
        Function<String, Optional<String>> nearest,
        Function<T, String> write) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,64}");
    private static final int LONGEST_VERSION = 128;

    /** More than any queue, pool or instance count that makes sense, and little enough to be allocated. */
    static final int MANY = 1 << 20;

    static final Format<String> TEXT = of("a string", "\"…\"", node -> text(node, _ -> true));
    static final Format<String> NON_EMPTY =
            of("a string that is not empty", "\"…\"", node -> text(node, t -> !t.isBlank()));
    static final Format<String> NAME_TEXT =
            of("1 to 64 letters, digits, `_` or `-`", "\"my-name\"", node -> text(node, Format::isName));
    static final Format<String> VERSION =
            of("a semantic version: MAJOR.MINOR.PATCH", "\"0.1.0\"", node -> text(node, Format::isVersion));
    static final Format<Boolean> FLAG = of(
            "true or false",
            "true",
            node -> node instanceof TomlNode.Flag(var value, var _) ? Optional.of(value) : Optional.empty());
    static final Format<Double> SHARE = real("a number from 0.0 to 1.0", "0.5", v -> v >= 0 && v <= 1);
    static final Format<Double> WATERMARK = real("a number from 0.0 up to, but not, 1.0", "0.5", v -> v >= 0 && v < 1);
    static final Format<Long> SIZE = of(
                    "a size above 0: a whole number with B, KiB, MiB or GiB", "\"16MiB\"", Format::size)
            .written(bytes -> quoted(Quantities.sizeText(bytes)));
    static final Format<Duration> DURATION = of(
                    "a duration above 0: a number with ms, s, m or h",
                    "\"5s\"",
                    node -> text(node, _ -> true).flatMap(Quantities::duration).filter(Duration::isPositive))
            .written(time -> quoted(Quantities.durationText(time)));
    /** What is read, and never shown. */
    static final Format<String> SECRET = NON_EMPTY.written(_ -> quoted("(hidden)"));

    static <T> Format<T> of(String expected, String example, Function<TomlNode, Optional<T>> parse) {
        return new Format<>(
                expected,
                example,
                parse,
                _ -> Optional.empty(),
                value -> value instanceof String text ? quoted(text) : String.valueOf(value));
    }

    static Format<Integer> integer(int least, int most) {
        return number(least, most, least).map(Math::toIntExact, String::valueOf);
    }

    static Format<Long> atLeast(long least) {
        return number(least, Long.MAX_VALUE, least);
    }

    static Format<Duration> milliseconds(int least) {
        return number(least, Integer.MAX_VALUE, 5000).map(Duration::ofMillis, time -> Long.toString(time.toMillis()));
    }

    static Format<Duration> seconds(int least) {
        return number(least, Integer.MAX_VALUE, 60).map(Duration::ofSeconds, time -> Long.toString(time.toSeconds()));
    }

    private static Format<Long> number(long least, long most, long example) {
        String range = most >= Integer.MAX_VALUE ? "of at least " + least : "from " + least + " to " + most;
        return of(
                "a whole number " + range,
                Long.toString(example),
                node -> node instanceof TomlNode.Whole(var value, var _) && value >= least && value <= most
                        ? Optional.of(value)
                        : Optional.empty());
    }

    /** One of an enum's names, in lower case with hyphens. */
    static <E extends Enum<E>> Format<E> choice(E[] values) {
        return choice(values, Map.of());
    }

    /** @param aliases understood too, but not advertised */
    static <E extends Enum<E>> Format<E> choice(E[] values, Map<String, E> aliases) {
        Map<String, E> words = new LinkedHashMap<>();
        for (E value : values) {
            words.put(word(value), value);
        }
        return new Format<>(
                "one of " + String.join(", ", words.keySet()),
                '"' + words.keySet().iterator().next() + '"',
                node -> text(node, _ -> true).flatMap(word -> Optional.ofNullable(words.get(word))
                        .or(() -> Optional.ofNullable(aliases.get(word)))),
                word -> NearestName.of(word, words.keySet()),
                value -> quoted(word(value)));
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static boolean isName(String text) {
        return NAME.matcher(text).matches();
    }

    static boolean isVersion(String text) {
        return text.length() <= LONGEST_VERSION && SemanticVersion.parse(text).isPresent();
    }

    <U> Format<U> map(Function<T, U> change, Function<U, String> writeChanged) {
        return new Format<>(expected, example, node -> parse.apply(node).map(change), nearest, writeChanged);
    }

    Format<T> written(Function<T, String> other) {
        return new Format<>(expected, example, parse, nearest, other);
    }

    Format<T> expecting(String other) {
        return new Format<>(other, example, parse, nearest, write);
    }

    Format<T> withExample(String other) {
        return new Format<>(expected, other, parse, nearest, write);
    }

    /** As an item of an array. */
    Format<T> inBrackets() {
        return withExample("[" + example + "]");
    }

    /** An array of such values. */
    Format<List<T>> listed() {
        return new Format<>(
                "an array, each item " + expected,
                "[" + example + "]",
                node -> {
                    if (!(node instanceof TomlNode.Items(var values, var _))) {
                        return Optional.empty();
                    }
                    List<T> items = new ArrayList<>(values.size());
                    for (TomlNode value : values) {
                        Optional<T> item = parse.apply(value);
                        if (item.isEmpty()) {
                            return Optional.empty();
                        }
                        items.add(item.get());
                    }
                    return Optional.of(List.copyOf(items));
                },
                _ -> Optional.empty(),
                items -> items.stream().map(write).collect(Collectors.joining(", ", "[", "]")));
    }

    Format<T> suggesting(Function<String, Optional<String>> other) {
        return new Format<>(expected, example, parse, other, write);
    }

    /** A basic string of TOML. */
    static String quoted(String text) {
        StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c == '\n') {
                quoted.append("\\n");
            } else if (c == '\t') {
                quoted.append("\\t");
            } else if (c < ' ' || c == 0x7f) {
                quoted.append("\\u%04x".formatted((int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }

    /** What to do about a value that does not fit. */
    String help(String key, TomlNode found) {
        return meant(found).map("did you mean \"%s\"?"::formatted).orElseGet(() -> "write for example `%s = %s`"
                .formatted(key, example));
    }

    /** The word that was probably meant. */
    Optional<String> meant(TomlNode found) {
        return found instanceof TomlNode.Text(var word, var _, var _) ? nearest.apply(word) : Optional.empty();
    }

    static Optional<String> text(TomlNode node, Predicate<String> fits) {
        return node instanceof TomlNode.Text(var value, var _, var _) && fits.test(value)
                ? Optional.of(value)
                : Optional.empty();
    }

    private static Format<Double> real(String expected, String example, DoublePredicate fits) {
        return of(expected, example, node -> switch (node) {
            case TomlNode.Real(var value, var _) when fits.test(value) -> Optional.of(value);
            case TomlNode.Whole(var value, var _) when fits.test((double) value) -> Optional.of((double) value);
            default -> Optional.empty();
        });
    }

    private static Optional<Long> size(TomlNode node) {
        return switch (node) {
            case TomlNode.Whole(var value, var _) when value > 0 -> Optional.of(value);
            case TomlNode.Text(var value, var _, var _) -> {
                var size = Quantities.size(value);
                yield size.isPresent() && size.getAsLong() > 0 ? Optional.of(size.getAsLong()) : Optional.empty();
            }
            default -> Optional.empty();
        };
    }
}
