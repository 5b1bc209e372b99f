package io.torvyn.config;

import io.torvyn.types.Diagnostic;
import java.util.List;
import java.util.SequencedMap;

/** A value of a TOML document with its place; what the library behind it is, nobody above this sees. */
sealed interface TomlNode {
    Diagnostic.Location at();

    /** @param resolved false when it names a variable that is not set; that has been reported */
    record Text(String value, boolean resolved, Diagnostic.Location at) implements TomlNode {}

    record Whole(long value, Diagnostic.Location at) implements TomlNode {}

    record Real(double value, Diagnostic.Location at) implements TomlNode {}

    record Flag(boolean value, Diagnostic.Location at) implements TomlNode {}

    /** A date or a time; no key takes one. */
    record Moment(String value, Diagnostic.Location at) implements TomlNode {}

    record Items(List<TomlNode> values, Diagnostic.Location at) implements TomlNode {}

    record Table(SequencedMap<String, Entry> entries, Diagnostic.Location at) implements TomlNode {}

    record Entry(Diagnostic.Location keyAt, TomlNode value) {}

    /** How a message quotes it. */
    default String shown() {
        return switch (this) {
            case Text(var value, var _, var _) -> '"' + SourceText.shortened(value, 80) + '"';
            case Whole(var value, var _) -> Long.toString(value);
            case Real(var value, var _) -> Double.toString(value);
            case Flag(var value, var _) -> Boolean.toString(value);
            case Moment(var value, var _) -> value;
            case Items _ -> "an array";
            case Table _ -> "a table";
        };
    }
}
