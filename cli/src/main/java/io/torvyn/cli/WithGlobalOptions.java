package io.torvyn.cli;

/** A command that takes the global options, before its name and behind it. */
interface WithGlobalOptions {
    GlobalOptions options();

    /** What the process answers when what the command is given is refused. */
    default int refusal() {
        return ExitCode.INVALID;
    }
}
