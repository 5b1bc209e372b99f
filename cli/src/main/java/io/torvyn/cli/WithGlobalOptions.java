package io.torvyn.cli;

/** A command that takes the global options, before its name and behind it. */
interface WithGlobalOptions {
    GlobalOptions options();
}
