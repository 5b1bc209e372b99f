package io.torvyn.cli;

import io.torvyn.config.Quantities;
import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** {@code 500ms}, {@code 1.5s}, {@code 2m}, {@code 1h}, as in a manifest; the unit is required. */
final class DurationConverter implements ITypeConverter<Duration> {
    @Override
    public Duration convert(String text) {
        Duration duration = Quantities.duration(text)
                .orElseThrow(() -> new TypeConversionException(
                        "'" + text + "' is no time; write a number and one of ms, s, m, h, such as 1.5s"));
        if (duration.isZero()) {
            throw new TypeConversionException("a time of 0 would end the flow before it starts");
        }
        return duration;
    }
}
