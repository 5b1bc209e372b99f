package io.torvyn.types;

/** How serious a diagnostic event is. */
public enum Severity {
    TRACE,
    DEBUG,
    INFO,
    WARN,
    ERROR
}
