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
    static final int ENFILE = 23;
    static final int EMFILE = 24;
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
    static final int EMSGSIZE = 90;
    static final int ENOPROTOOPT = 92;
    static final int EPROTONOSUPPORT = 93;
    static final int EOPNOTSUPP = 95;
    static final int EAFNOSUPPORT = 97;
    static final int EADDRINUSE = 98;
    static final int EADDRNOTAVAIL = 99;
    static final int ENETDOWN = 100;
    static final int ENETUNREACH = 101;
    static final int ECONNABORTED = 103;
    static final int ECONNRESET = 104;
    static final int ENOBUFS = 105;
    static final int ETIMEDOUT = 110;
    static final int ECONNREFUSED = 111;
    static final int EHOSTDOWN = 112;
    static final int EHOSTUNREACH = 113;
    static final int EALREADY = 114;
    static final int EINPROGRESS = 115;
    static final int EDQUOT = 122;

    private Errno() {}

    /**
     * What a guest is told. Wasmtime's table, and what it does not list is an I/O error there too: ETXTBSY, EXDEV, EROFS
     * among others.
     */
    static FilesystemTypes.ErrorCode code(int errno) {
        return switch (errno) {
            case EPERM -> FilesystemTypes.ErrorCode.NOT_PERMITTED;
            case ENOENT -> FilesystemTypes.ErrorCode.NO_ENTRY;
            case EINTR -> FilesystemTypes.ErrorCode.INTERRUPTED;
            case EBADF -> FilesystemTypes.ErrorCode.BAD_DESCRIPTOR;
            case ENOMEM -> FilesystemTypes.ErrorCode.INSUFFICIENT_MEMORY;
            case EACCES -> FilesystemTypes.ErrorCode.ACCESS;
            case EBUSY -> FilesystemTypes.ErrorCode.BUSY;
            case EEXIST -> FilesystemTypes.ErrorCode.EXIST;
            case ENOTDIR -> FilesystemTypes.ErrorCode.NOT_DIRECTORY;
            case EISDIR -> FilesystemTypes.ErrorCode.IS_DIRECTORY;
            case EINVAL -> FilesystemTypes.ErrorCode.INVALID;
            case EFBIG -> FilesystemTypes.ErrorCode.FILE_TOO_LARGE;
            case ENOSPC -> FilesystemTypes.ErrorCode.INSUFFICIENT_SPACE;
            case ESPIPE -> FilesystemTypes.ErrorCode.INVALID_SEEK;
            case EMLINK -> FilesystemTypes.ErrorCode.TOO_MANY_LINKS;
            case EPIPE -> FilesystemTypes.ErrorCode.PIPE;
            case ENAMETOOLONG -> FilesystemTypes.ErrorCode.NAME_TOO_LONG;
            case ENOTEMPTY -> FilesystemTypes.ErrorCode.NOT_EMPTY;
            case ELOOP -> FilesystemTypes.ErrorCode.LOOP;
            case EOVERFLOW -> FilesystemTypes.ErrorCode.OVERFLOW;
            case EILSEQ -> FilesystemTypes.ErrorCode.ILLEGAL_BYTE_SEQUENCE;
            case EOPNOTSUPP -> FilesystemTypes.ErrorCode.UNSUPPORTED;
            case EALREADY -> FilesystemTypes.ErrorCode.ALREADY;
            case EINPROGRESS -> FilesystemTypes.ErrorCode.IN_PROGRESS;
            case EDQUOT -> FilesystemTypes.ErrorCode.QUOTA; // ours: a guest has opened all that it may
            default -> FilesystemTypes.ErrorCode.IO;
        };
    }
}
