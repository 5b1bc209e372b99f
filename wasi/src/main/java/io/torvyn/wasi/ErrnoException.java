package io.torvyn.wasi;

/** The kernel has refused something, or would have. Has no stack trace: guests make these at will. */
final class ErrnoException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int errno;
    private final boolean escape;

    /** @param errno one of {@link Errno}, or any other of Linux */
    ErrnoException(int errno) {
        this(errno, false);
    }

    private ErrnoException(int errno, boolean escape) {
        super("errno " + errno, null, false, false);
        this.errno = errno;
        this.escape = escape;
    }

    /** A path leads out of the directory that it starts from. */
    static ErrnoException escape() {
        return new ErrnoException(Errno.EPERM, true);
    }

    boolean isEscape() {
        return escape;
    }

    int errno() {
        return errno;
    }

    /** For people, of what is opened by a path of theirs. */
    String reason() {
        return switch (errno) {
            case Errno.ENOENT -> "there is no such directory";
            case Errno.ENOTDIR -> "it is not a directory";
            case Errno.EACCES -> "permission denied";
            default -> "the system refuses it with errno " + errno;
        };
    }

    FilesystemTypes.ErrorCode code() {
        return Errno.code(errno);
    }
}
