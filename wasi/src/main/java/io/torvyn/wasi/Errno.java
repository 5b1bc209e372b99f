package io.torvyn.wasi;

/** The errors of Linux by number, the same on every processor that we know. */
final class Errno {
    static final int EPERM = 1;
    static final int ENOENT = 2;
    static final int EINTR = 4;
    static final int EIO = 5;
    static final int EBADF = 9;
    static final int ENOMEM = 12;
    static final int EACCES = 13;
    static final int EBUSY = 16;
    static final int EEXIST = 17;
    static final int ENOTDIR = 20;
    static final int EISDIR = 21;
    static final int EINVAL = 22;
    static final int EFBIG = 27;
    static final int ENOSPC = 28;
    static final int ESPIPE = 29;
    static final int EMLINK = 31;
    static final int EPIPE = 32;
    static final int ENAMETOOLONG = 36;
    static final int ENOTEMPTY = 39;
    static final int ELOOP = 40;
    static final int EOVERFLOW = 75;
    static final int EILSEQ = 84;
    static final int EOPNOTSUPP = 95;
    static final int EALREADY = 114;
    static final int EINPROGRESS = 115;
    static final int EDQUOT = 122;

    private Errno() {}

    /**
     * What a guest is told. Wasmtime's table, and what it does not list is an I/O error there too: ETXTBSY, EXDEV, EROFS
     * among others.
     */
    static Types.ErrorCode code(int errno) {
        return switch (errno) {
            case EPERM -> Types.ErrorCode.NOT_PERMITTED;
            case ENOENT -> Types.ErrorCode.NO_ENTRY;
            case EINTR -> Types.ErrorCode.INTERRUPTED;
            case EBADF -> Types.ErrorCode.BAD_DESCRIPTOR;
            case ENOMEM -> Types.ErrorCode.INSUFFICIENT_MEMORY;
            case EACCES -> Types.ErrorCode.ACCESS;
            case EBUSY -> Types.ErrorCode.BUSY;
            case EEXIST -> Types.ErrorCode.EXIST;
            case ENOTDIR -> Types.ErrorCode.NOT_DIRECTORY;
            case EISDIR -> Types.ErrorCode.IS_DIRECTORY;
            case EINVAL -> Types.ErrorCode.INVALID;
            case EFBIG -> Types.ErrorCode.FILE_TOO_LARGE;
            case ENOSPC -> Types.ErrorCode.INSUFFICIENT_SPACE;
            case ESPIPE -> Types.ErrorCode.INVALID_SEEK;
            case EMLINK -> Types.ErrorCode.TOO_MANY_LINKS;
            case EPIPE -> Types.ErrorCode.PIPE;
            case ENAMETOOLONG -> Types.ErrorCode.NAME_TOO_LONG;
            case ENOTEMPTY -> Types.ErrorCode.NOT_EMPTY;
            case ELOOP -> Types.ErrorCode.LOOP;
            case EOVERFLOW -> Types.ErrorCode.OVERFLOW;
            case EILSEQ -> Types.ErrorCode.ILLEGAL_BYTE_SEQUENCE;
            case EOPNOTSUPP -> Types.ErrorCode.UNSUPPORTED;
            case EALREADY -> Types.ErrorCode.ALREADY;
            case EINPROGRESS -> Types.ErrorCode.IN_PROGRESS;
            case EDQUOT -> Types.ErrorCode.QUOTA; // ours: a guest has opened all that it may
            default -> Types.ErrorCode.IO;
        };
    }
}
