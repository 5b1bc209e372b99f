package io.torvyn.cli;

/** What the process answers to its caller. */
final class ExitCode {
    /** It worked. */
    static final int SUCCESS = 0;
    /** The command failed: a pipeline that broke while it ran, an internal error. */
    static final int FAILED = 1;
    /** Usage, configuration, files, or anything else found before the first element. */
    static final int INVALID = 2;
    /** The environment lacks something. */
    static final int ENVIRONMENT = 3;
    /** SIGINT. */
    static final int INTERRUPTED = 130;
    /** What a shell reports of a program that SIGPIPE has ended. */
    static final int BROKEN_PIPE = 141;
    /** SIGTERM. */
    static final int TERMINATED = 143;

    private ExitCode() {}
}
