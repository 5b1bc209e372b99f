package io.torvyn.pipeline;

import io.torvyn.reactor.spi.NativeSink;
import io.torvyn.reactor.spi.NativeSource;
import io.torvyn.reactor.spi.NativeStageContext;
import io.torvyn.reactor.spi.NativeStageProvider;
import io.torvyn.types.ComponentRole;
import io.torvyn.types.TorvynException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** {@code native:file}. A relative path is meant from the manifest's directory. */
public final class FileStage implements NativeStageProvider {
    /** Used by {@link java.util.ServiceLoader}. */
    public FileStage() {}

    @Override
    public String name() {
        return "file";
    }

    @Override
    public boolean offers(ComponentRole role) {
        return role == ComponentRole.SOURCE || role == ComponentRole.SINK;
    }

    @Override
    public void check(ComponentRole role, NativeStageContext context) {
        var config = NativeStageConfig.parse(context.node(), name(), context.config());
        String path = config.path().orElseThrow();
        try {
            Path file = file(context, path);
            if (role == ComponentRole.SINK) {
                LateFile.of(file, config.append());
            } else if (!Files.exists(file)) {
                throw new NoSuchFileException(path);
            } else if (!Files.isReadable(file)) {
                throw new AccessDeniedException(path);
            }
        } catch (IOException | InvalidPathException e) {
            throw failed(context, path, reason(e));
        }
    }

    @Override
    public NativeSource source(NativeStageContext context) {
        var config = NativeStageConfig.parse(context.node(), name(), context.config());
        String path = config.path().orElseThrow();
        try {
            InputStream stream = Files.newInputStream(file(context, path));
            return new StreamSource(context.node(), path, stream, config);
        } catch (IOException | InvalidPathException e) {
            throw failed(context, path, reason(e));
        }
    }

    @Override
    public NativeSink sink(NativeStageContext context) {
        var config = NativeStageConfig.parse(context.node(), name(), context.config());
        String path = config.path().orElseThrow();
        try {
            return new StreamSink(LateFile.of(file(context, path), config.append()), true);
        } catch (IOException | InvalidPathException e) {
            throw failed(context, path, reason(e));
        }
    }

    private static Path file(NativeStageContext context, String path) {
        Path file = context.directory().resolve(path);
        if (Files.isDirectory(file)) {
            throw failed(context, path, "it is a directory");
        }
        return file;
    }

    private static String reason(Exception e) {
        return switch (e) {
            case NoSuchFileException _ -> "no such file or directory";
            case AccessDeniedException _ -> "permission denied";
            case FileSystemException failure when failure.getReason() != null -> failure.getReason();
            default -> String.valueOf(e.getMessage());
        };
    }

    private static TorvynException failed(NativeStageContext context, String path, String reason) {
        return new TorvynException(new StageFailure.InputOutput(context.node(), path, reason));
    }
}
