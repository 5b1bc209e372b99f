package io.torvyn.cli;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** {@code 500ms}, {@code 1.5s}, {@code 2m}, {@code 1h}; the unit is required. */
final class DurationConverter implements ITypeConverter<Duration> {
    private static final Pattern FORM = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,9})?)(ms|s|m|h)");
    private static final Map<String, Long> NANOS =
            Map.of("ms", 1_000_000L, "s", 1_000_000_000L, "m", 60_000_000_000L, "h", 3_600_000_000_000L);

    @Override
    public Duration convert(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw new TypeConversionException(
                    "'" + text + "' is no time; write a number and one of ms, s, m, h, such as 1.5s");
        }
        long unit = NANOS.getOrDefault(form.group(2), 1L);
        Duration duration = Duration.ofNanos(
                new BigDecimal(form.group(1)).multiply(BigDecimal.valueOf(unit)).longValue());
        if (duration.isZero()) {
            throw new TypeConversionException("a time of 0 would end the flow before it starts");
        }
        return duration;
    }
}
