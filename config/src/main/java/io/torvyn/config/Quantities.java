package io.torvyn.config;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations and sizes as people write them, in manifests and on the command line. */
public final class Quantities {
    private static final Pattern DURATION = Pattern.compile("(\\d{1,18}(?:\\.\\d{1,18})?)(ms|s|m|h)");
    private static final Pattern SIZE = Pattern.compile("(\\d{1,19})(b|k|kib|m|mib|g|gib)?");
    private static final Map<String, Long> NANOS_OF =
            Map.of("ms", 1_000_000L, "s", 1_000_000_000L, "m", 60_000_000_000L, "h", 3_600_000_000_000L);

    private Quantities() {}

    /** A decimal number with {@code ms}, {@code s}, {@code m} or {@code h}; less than 292 years. */
    public static Optional<Duration> duration(String text) {
        Matcher matcher = DURATION.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        BigDecimal nanos = new BigDecimal(matcher.group(1))
                .multiply(BigDecimal.valueOf(NANOS_OF.getOrDefault(matcher.group(2), 0L)))
                .setScale(0, RoundingMode.HALF_UP);
        return nanos.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0
                ? Optional.empty()
                : Optional.of(Duration.ofNanos(nanos.longValueExact()));
    }

    /** A whole number of bytes, or with {@code B}, {@code K}, {@code KiB}, {@code M}, {@code MiB}, {@code G}, {@code GiB}. */
    public static OptionalLong size(String text) {
        Matcher matcher = SIZE.matcher(text.toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            return OptionalLong.empty();
        }
        String unit = matcher.group(2);
        int shift = unit == null
                ? 0
                : switch (unit.charAt(0)) {
                    case 'k' -> 10;
                    case 'm' -> 20;
                    case 'g' -> 30;
                    default -> 0;
                };
        try {
            return OptionalLong.of(Math.multiplyExact(Long.parseLong(matcher.group(1)), 1L << shift));
        } catch (ArithmeticException | NumberFormatException _) {
            return OptionalLong.empty();
        }
    }

    /** The shortest that {@link #duration} reads as the same. */
    static String durationText(Duration duration) {
        long nanos = duration.toNanos();
        for (String unit : List.of("h", "m", "s")) {
            long each = NANOS_OF.getOrDefault(unit, 1L);
            if (nanos % each == 0) {
                return nanos / each + unit;
            }
        }
        return BigDecimal.valueOf(nanos, 6).stripTrailingZeros().toPlainString() + "ms";
    }

    /** The shortest that {@link #size} reads as the same. */
    static String sizeText(long bytes) {
        for (int unit = 3; unit > 0; unit--) {
            if (bytes % (1L << (10 * unit)) == 0) {
                return (bytes >> (10 * unit)) + " KMG".substring(unit, unit + 1) + "iB";
            }
        }
        return Long.toString(bytes);
    }
}
