package io.torvyn.cli;

import io.torvyn.types.Diagnostic;
import io.torvyn.types.DiagnosticsException;
import io.torvyn.types.ErrorCode;
import io.torvyn.types.NearestName;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The values of {@code --log-level}, and of the variable {@value #VARIABLE}. */
enum LogLevel {
    error(System.Logger.Level.ERROR),
    warn(System.Logger.Level.WARNING),
    info(System.Logger.Level.INFO),
    debug(System.Logger.Level.DEBUG),
    trace(System.Logger.Level.TRACE);

    static final String VARIABLE = "TORVYN_LOG";

    private final System.Logger.Level level;

    LogLevel(System.Logger.Level level) {
        this.level = level;
    }

    System.Logger.Level level() {
        return level;
    }

    /** What was said on the command line, in this order; else by the variable. */
    static LogLevel of(@Nullable LogLevel option, GlobalOptions options, @Nullable String variable) {
        if (option != null) {
            return option;
        }
        if (options.verbose() || options.quiet()) {
            return options.quiet() ? error : debug;
        }
        return variable == null || variable.isBlank() ? info : parsed(variable);
    }

    private static LogLevel parsed(String variable) {
        String wanted = variable.strip().toLowerCase(Locale.ROOT);
        List<String> names = Arrays.stream(values()).map(LogLevel::name).toList();
        if (!names.contains(wanted)) {
            throw new DiagnosticsException(List.of(Diagnostic.error(
                            ErrorCode.USAGE_ERROR,
                            "`%s` is no level of the log".formatted(variable),
                            NearestName.of(wanted, names)
                                    .map("Did you mean `%s`?"::formatted)
                                    .orElse("Say one of " + String.join(", ", names) + "."))
                    .at(new Diagnostic.Location(
                            VARIABLE,
                            0,
                            VARIABLE.length() + 2,
                            variable.codePointCount(0, variable.length()),
                            VARIABLE + "=" + variable))));
        }
        return valueOf(wanted);
    }
}
