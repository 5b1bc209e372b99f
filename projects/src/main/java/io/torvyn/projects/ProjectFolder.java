package io.torvyn.projects;

import io.torvyn.types.Diagnostic;
import io.torvyn.types.DiagnosticsException;
import io.torvyn.types.ErrorCode;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.Stream;

/**
 * The folder that a project is written into. All its files come there or none: they are written to a folder of their own
 * first, and then moved. A file that was there before is never touched.
 */
public final class ProjectFolder {
    /** What makes a folder no less empty. */
    private static final String REPOSITORY = ".git";

    /**
     * What came of it.
     *
     * @param created paths below the folder, in the order in which they were given
     * @param kept those that were there before, and are as they were
     */
    public record Written(List<String> created, List<String> kept) {
        public Written {
            created = List.copyOf(created);
            kept = List.copyOf(kept);
        }
    }

    private final Path target;

    public ProjectFolder(Path target) {
        this.target = target.toAbsolutePath().normalize();
    }

    public Path path() {
        return target;
    }

    /**
     * @param among whether other files may be there already
     * @throws DiagnosticsException E0003 when they may not, and are; E0001
     */
    public Written write(SequencedMap<String, String> files, boolean among) {
        try {
            if (!Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
                return writeNew(files);
            }
            if (!Files.isDirectory(target)) {
                throw occupied("%s is there already, and is no folder".formatted(target), "Choose another name.");
            }
            if (!among && !isEmpty()) {
                throw occupied(
                        "the folder %s is not empty".formatted(target),
                        "Choose another name, or write among what is there with `--force`, which leaves every file as it is.");
            }
            return writeAmong(files);
        } catch (IOException e) {
            throw new DiagnosticsException(List.of(Diagnostic.error(
                    ErrorCode.IO_ERROR,
                    "the project cannot be written to %s: %s".formatted(target, e),
                    "Check the path, its permissions, and the room on the disk.")));
        }
    }

    private static DiagnosticsException occupied(String message, String help) {
        return new DiagnosticsException(List.of(Diagnostic.error(ErrorCode.DIRECTORY_EXISTS, message, help)));
    }

    private boolean isEmpty() throws IOException {
        try (Stream<Path> entries = Files.list(target)) {
            return entries.allMatch(entry -> entry.endsWith(REPOSITORY));
        }
    }

    private Written writeNew(SequencedMap<String, String> files) throws IOException {
        Path parent = target.getParent();
        if (parent == null) {
            throw new IOException("it has no place");
        }
        Files.createDirectories(parent);
        Path draft = Files.createTempDirectory(parent, ".torvyn-init-");
        try {
            writeAll(files, draft);
            Path whole = draft.resolve("project");
            Files.move(whole, target, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Folders.delete(draft);
        }
        return new Written(List.copyOf(files.keySet()), List.of());
    }

    /** A folder of the permissions that others get, which a temporary one has not. */
    private static void writeAll(Map<String, String> files, Path draft) throws IOException {
        for (Map.Entry<String, String> file : files.entrySet()) {
            Path path = draft.resolve("project").resolve(file.getKey());
            Files.createDirectories(parentOf(path));
            Files.writeString(path, file.getValue());
        }
    }

    private Written writeAmong(SequencedMap<String, String> files) throws IOException {
        List<String> created = new ArrayList<>();
        List<String> kept = new ArrayList<>();
        Deque<Path> done = new ArrayDeque<>();
        Path draft = Files.createTempDirectory(target, ".torvyn-init-");
        boolean whole = false;
        try {
            writeAll(files, draft);
            for (String file : files.keySet()) {
                Path path = target.resolve(file);
                createFolders(parentOf(path), done);
                if (move(draft.resolve("project").resolve(file), path)) {
                    done.push(path);
                    created.add(file);
                } else {
                    kept.add(file);
                }
            }
            whole = true;
        } finally {
            if (!whole) {
                for (Path path : done) {
                    Files.deleteIfExists(path);
                }
            }
            Folders.delete(draft);
        }
        return new Written(created, kept);
    }

    /** A link is made where nothing may be; a move would replace what came there in the meantime. */
    private static boolean move(Path from, Path to) throws IOException {
        try {
            Files.createLink(to, from);
            return true;
        } catch (FileAlreadyExistsException _) {
            return false;
        } catch (UnsupportedOperationException | IOException _) {
            if (Files.exists(to, LinkOption.NOFOLLOW_LINKS)) {
                return false;
            }
            Files.move(from, to);
            return true;
        }
    }

    private void createFolders(Path folder, Deque<Path> done) throws IOException {
        if (!Files.isDirectory(folder)) {
            createFolders(parentOf(folder), done);
            Files.createDirectory(folder);
            done.push(folder);
        }
    }

    private static Path parentOf(Path path) throws IOException {
        Path parent = path.getParent();
        if (parent == null) {
            throw new IOException(path + " has no folder");
        }
        return parent;
    }

    /**
     * Makes a repository of it, unless it is in one.
     *
     * @return whether one was made; that git is missing or fails is nothing that matters
     */
    public boolean initRepository() throws InterruptedException {
        for (Path folder = target; folder != null; folder = folder.getParent()) {
            if (Files.exists(folder.resolve(REPOSITORY))) {
                return false;
            }
        }
        try {
            return new ProcessBuilder("git", "init", "--quiet")
                            .directory(target.toFile())
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        }
    }
}
