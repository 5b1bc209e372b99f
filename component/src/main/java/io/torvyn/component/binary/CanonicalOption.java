package io.torvyn.component.binary;

/** {@code canonopt} in Binary.md, "Canonical Definitions". */
public sealed interface CanonicalOption {
    /** {@code string-encoding}. */
    enum Encoding implements CanonicalOption {
        UTF8,
        UTF16,
        LATIN1_UTF16
    }

    record Memory(int memory) implements CanonicalOption {}

    record Realloc(int function) implements CanonicalOption {}

    record PostReturn(int function) implements CanonicalOption {}

    record Async() implements CanonicalOption {}

    record Callback(int function) implements CanonicalOption {}
}
