package io.torvyn.security;

import io.torvyn.types.Failure;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An audit log of JSON lines. When the file is full it becomes {@code <name>.1}, the one before it {@code <name>.2}, and
 * so on; the oldest goes. The first event that cannot be written ends the log; {@link #failure} tells why.
 */
public final class FileAuditSink implements AuditSink {
    private final Path file;
    private final long maxBytes;
    private final int maxFiles;
    private @Nullable OutputStream out;
    private long size;
    private @Nullable Failure failure;

    /**
     * @param file made, with its directory, at the first event; an older log is continued
     * @param maxBytes of one file
     * @param maxFiles older files that are kept
     */
    public FileAuditSink(Path file, long maxBytes, int maxFiles) {
        this.file = file;
        this.maxBytes = maxBytes;
        this.maxFiles = maxFiles;
    }

    @Override
    public synchronized void record(AuditEvent event) {
        if (failure != null) {
            return;
        }
        byte[] line = (AuditJson.of(event) + "\n").getBytes(StandardCharsets.UTF_8);
        try {
            OutputStream target = open();
            if (size > 0 && size + line.length > maxBytes) {
                target.close();
                rotate();
                target = open();
            }
            target.write(line);
            size += line.length;
        } catch (IOException e) {
            failed(e);
        }
    }

    private OutputStream open() throws IOException {
        OutputStream target = out;
        if (target == null) {
            Path parent = file.getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
            target = new BufferedOutputStream(
                    Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND));
            out = target;
            size = Files.size(file);
        }
        return target;
    }

    private void rotate() throws IOException {
        out = null;
        if (maxFiles == 0) {
            Files.delete(file);
            return;
        }
        for (int i = maxFiles - 1; i >= 1; i--) {
            if (Files.exists(numbered(i))) {
                Files.move(numbered(i), numbered(i + 1), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        Files.move(file, numbered(1), StandardCopyOption.REPLACE_EXISTING);
    }

    private Path numbered(int number) {
        return file.resolveSibling(file.getFileName() + "." + number);
    }

    @Override
    public synchronized void flush() {
        if (out != null) {
            try {
                out.flush();
            } catch (IOException e) {
                failed(e);
            }
        }
    }

    @Override
    public synchronized void close() {
        OutputStream target = out;
        out = null;
        if (target != null) {
            try {
                target.close();
            } catch (IOException e) {
                failed(e);
            }
        }
    }

    /** Why events are missing from the log; empty when none are. */
    public synchronized Optional<Failure> failure() {
        return Optional.ofNullable(failure);
    }

    private void failed(IOException e) {
        failure = new SecurityFailure.AuditWriteFailed(file.toString(), String.valueOf(e.getMessage()));
        out = null;
    }
}
