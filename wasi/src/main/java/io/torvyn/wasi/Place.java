package io.torvyn.wasi;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Where a path leads to: a name in an open directory, which is the directory that the path starts from or lies beneath
 * it. What is done with the name is done to that name in that directory, whatever anybody makes of the path meanwhile.
 *
 * <p>Closed by whoever resolved it, on the same thread.
 */
final class Place implements AutoCloseable {
    /*
     * Resolution is ours: one name at a time, each opened in the directory before it and without following links, so
     * that a link put there between a look and its use is an error and never a way out. Of a link we read the text and
     * go on with that. `..` goes back to the directory that was open before, which nobody can move, and not to what the
     * file system has above this one. Absolute texts and a `..` in the first directory lead out: not permitted.
     *
     * A path with a slash at its end means a directory. The slash itself never reaches the kernel, which would follow a
     * link before it.
     *
     * openat2 with RESOLVE_BENEATH would be one call instead of one for each name, but opens only: to make, rename or
     * remove something, its directory has to be found first all the same. It is missing before Linux 5.6 and in some
     * containers, and two ways to resolve are two ways to be wrong.
     */
    /** As many links as Linux follows in one path. */
    private static final int MAX_LINKS = 40;
    /** Directories that are open at once while one path is resolved. */
    private static final int MAX_DEPTH = 256;

    private final Syscalls calls;
    private final int base;
    private final List<Integer> opened = new ArrayList<>();
    private String name = ".";
    private boolean directoryWanted;
    private int links;

    private Place(Syscalls calls, int base) {
        this.calls = calls;
        this.base = base;
    }

    /**
     * @param base an open directory
     * @param followLast whether a link that the path ends with is followed as well; it may still be one afterwards, when
     *     somebody has put it there meanwhile
     */
    static Place resolve(Syscalls calls, int base, String path, boolean followLast) throws ErrnoException {
        var place = new Place(calls, base);
        try {
            place.walk(path, followLast);
            return place;
        } catch (ErrnoException | RuntimeException | Error e) {
            place.close();
            throw e;
        }
    }

    private void walk(String path, boolean followLast) throws ErrnoException {
        if (path.isEmpty()) {
            throw new ErrnoException(Errno.ENOENT);
        }
        Deque<String> ahead = new ArrayDeque<>();
        push(path, ahead);
        directoryWanted = endsAsDirectory(path);
        while (!ahead.isEmpty()) {
            String next = ahead.removeFirst();
            boolean last = ahead.isEmpty();
            if (next.equals(".")) {
                continue;
            }
            if (next.equals("..")) {
                if (opened.isEmpty()) {
                    throw ErrnoException.escape();
                }
                calls.close(opened.removeLast());
                continue;
            }
            if (!last) {
                enter(next, ahead);
            } else if (!followLast || !follow(next, ahead)) {
                name = next;
            }
        }
    }

    /** Whether a path says that it means a directory; what it names is a link's target then. */
    static boolean endsAsDirectory(String path) {
        return path.endsWith("/")
                || path.endsWith("/.")
                || path.endsWith("/..")
                || path.equals(".")
                || path.equals("..");
    }

    private static void push(String path, Deque<String> ahead) throws ErrnoException {
        if (path.startsWith("/")) {
            throw ErrnoException.escape();
        }
        if (path.length() >= Syscalls.MAX_PATH) {
            throw new ErrnoException(Errno.ENAMETOOLONG);
        }
        if (path.indexOf('\0') >= 0) {
            throw new ErrnoException(Errno.EINVAL);
        }
        String[] names = path.split("/", -1);
        for (int i = names.length - 1; i >= 0; i--) {
            if (!names[i].isEmpty()) {
                ahead.addFirst(names[i]);
            }
        }
    }

    /** Goes into a directory, or to where a link of that name leads. */
    private void enter(String next, Deque<String> ahead) throws ErrnoException {
        if (opened.size() == MAX_DEPTH) {
            throw new ErrnoException(Errno.ENAMETOOLONG);
        }
        try {
            opened.add(calls.open(directory(), next, Syscalls.PATH_ONLY | Syscalls.DIRECTORY));
        } catch (ErrnoException e) {
            if ((e.errno() != Errno.ENOTDIR && e.errno() != Errno.ELOOP) || !follow(next, ahead)) {
                throw e;
            }
        }
    }

    /** Whether that is a link; its text comes before what is ahead then. */
    private boolean follow(String next, Deque<String> ahead) throws ErrnoException {
        String text;
        try {
            text = linkText(calls, directory(), next);
        } catch (ErrnoException e) {
            if (e.errno() == Errno.EINVAL || e.errno() == Errno.ENOENT) {
                return false;
            }
            throw e;
        }
        if (++links > MAX_LINKS) {
            throw new ErrnoException(Errno.ELOOP);
        }
        directoryWanted |= ahead.isEmpty() && endsAsDirectory(text);
        push(text, ahead);
        return true;
    }

    static String linkText(Syscalls calls, int directory, String name) throws ErrnoException {
        byte[] text = calls.readLink(directory, name);
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(text))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new ErrnoException(Errno.EILSEQ);
        }
    }

    /** The open directory; closed with the place. */
    int directory() {
        return opened.isEmpty() ? base : opened.getLast();
    }

    /** In the {@link #directory}; {@code .} for the directory itself. */
    String name() {
        return name;
    }

    /** The path says that it means a directory. */
    boolean directoryWanted() {
        return directoryWanted;
    }

    @Override
    public void close() {
        opened.forEach(calls::close);
        opened.clear();
    }
}
