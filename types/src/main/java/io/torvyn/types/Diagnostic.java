package io.torvyn.types;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * One finding of a check, with its place in a text. Checks collect all their findings before they stop.
 *
 * @param code its stable code
 * @param level how serious it is
 * @param message what is wrong; never empty
 * @param locations where, most telling first; empty when there is no place
 * @param keyPath the dotted TOML path, {@code component[0].name} for arrays; empty when there is none
 * @param expected what would have been right; may be empty
 * @param found what stands there; may be empty
 * @param notes further facts
 * @param help what to do; may be empty
 */
public record Diagnostic(
        ErrorCode code,
        Level level,
        String message,
        List<Location> locations,
        String keyPath,
        String expected,
        String found,
        List<String> notes,
        String help)
        implements Failure {
    /** By file, line and column; findings without a place come last. */
    public static final Comparator<Diagnostic> IN_READING_ORDER = Comparator.comparing((Diagnostic d) ->
                    d.locations.isEmpty() ? "\uffff" : d.locations.getFirst().file())
            .thenComparingInt(
                    d -> d.locations.isEmpty() ? 0 : d.locations.getFirst().line())
            .thenComparingInt(
                    d -> d.locations.isEmpty() ? 0 : d.locations.getFirst().column());

    /** How serious a finding is; hints never fail a check. */
    public enum Level {
        ERROR,
        WARNING,
        HINT
    }

    /**
     * A place in a text.
     *
     * @param file as the reader knows it
     * @param line from 1; 0 when unknown
     * @param column from 1, in code points; 0 when unknown
     * @param length how much of the line is meant, in code points; 0 when that is not known
     * @param source the line's own text; may be empty
     */
    public record Location(String file, int line, int column, int length, String source) {
        /** A place of unknown length. */
        public Location(String file, int line, int column, String source) {
            this(file, line, column, 0, source);
        }

        @Override
        public String toString() {
            return file + (line == 0 ? "" : ":" + line + (column == 0 ? "" : ":" + column));
        }
    }

    public Diagnostic {
        if (message.isEmpty()) {
            throw new IllegalArgumentException("a diagnostic says what is wrong");
        }
        locations = List.copyOf(locations);
        notes = List.copyOf(notes);
    }

    public static Diagnostic error(ErrorCode code, String message, String help) {
        return new Diagnostic(code, Level.ERROR, message, List.of(), "", "", "", List.of(), help);
    }

    public static Diagnostic warning(ErrorCode code, String message, String help) {
        return new Diagnostic(code, Level.WARNING, message, List.of(), "", "", "", List.of(), help);
    }

    public Diagnostic at(Location location) {
        return new Diagnostic(code, level, message, List.of(location), keyPath, expected, found, notes, help);
    }

    public Diagnostic atKey(String path) {
        return new Diagnostic(code, level, message, locations, path, expected, found, notes, help);
    }

    /** With one more place, after those that are known. */
    public Diagnostic andAt(Location further) {
        return new Diagnostic(
                code,
                level,
                message,
                Stream.concat(locations.stream(), Stream.of(further)).toList(),
                keyPath,
                expected,
                found,
                notes,
                help);
    }

    public Diagnostic expecting(String wanted, String actual) {
        return new Diagnostic(code, level, message, locations, keyPath, wanted, actual, notes, help);
    }

    public Diagnostic noting(List<String> facts) {
        return new Diagnostic(code, level, message, locations, keyPath, expected, found, facts, help);
    }
}
