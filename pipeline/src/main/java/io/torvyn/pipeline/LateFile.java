package io.torvyn.pipeline;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * A file that is made, or emptied, by the first write or flush and not before: a flow that cannot start leaves it as it
 * was. What would keep it from being opened is looked for at once all the same.
 */
final class LateFile extends OutputStream {
    private final Path path;
    private final StandardOpenOption mode;
    private @Nullable OutputStream opened;

    private LateFile(Path path, StandardOpenOption mode) {
        this.path = path;
        this.mode = mode;
    }

    /**
     * @throws IOException if the file could not be written as things are
     */
    static LateFile of(Path path, boolean append) throws IOException {
        boolean exists = Files.exists(path);
        Path folder = path.toAbsolutePath().getParent();
        if (!exists && (folder == null || !Files.isDirectory(folder))) {
            throw new NoSuchFileException(path.toString());
        }
        if (!Files.isWritable(exists || folder == null ? path : folder)) {
            throw new AccessDeniedException(path.toString());
        }
        return new LateFile(path, append ? StandardOpenOption.APPEND : StandardOpenOption.TRUNCATE_EXISTING);
    }

    private OutputStream open() throws IOException {
        OutputStream stream = opened;
        if (stream == null) {
            stream = Files.newOutputStream(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE, mode);
            opened = stream;
        }
        return stream;
    }

    @Override
    public void write(int b) throws IOException {
        open().write(b);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        open().write(bytes, offset, length);
    }

    @Override
    public void flush() throws IOException {
        open().flush();
    }

    @Override
    public void close() throws IOException {
        OutputStream stream = opened;
        if (stream != null) {
            stream.close();
        }
    }
}
