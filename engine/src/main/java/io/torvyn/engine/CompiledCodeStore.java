package io.torvyn.engine;

import io.torvyn.component.CompiledCode;
import io.torvyn.component.EngineException;
import io.torvyn.component.spi.CoreEngine;
import io.torvyn.types.ComponentTypeId;
import io.torvyn.types.Defaults;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * A folder of compiled code.
 *
 * <p>An entry is {@code <first 2 digits>/<64 digits>.bin}, the digits being a SHA-256 over component, engine, settings
 * and version:
 *
 * <pre>
 * entry   = magic:u32 mac:32 bytes payload
 * payload = {@link CompiledCode#toBytes}
 * </pre>
 *
 * The MAC is HMAC-SHA-256 over the entry's name and payload under a key that only this user can read, because compiled
 * code is code: whoever can put a file here must not be able to have it run. Entries are written aside and moved into
 * place, so that another process sees a whole entry or none.
 */
final class CompiledCodeStore {
    private static final int MAGIC = 0x54564e31;
    private static final int MAC_BYTES = 32;
    private static final int KEY_BYTES = 32;
    private static final int DIGEST_BLOCK_BYTES = 64;
    private static final int INNER_PAD = 0x36;
    private static final int OUTER_PAD = 0x5C;
    private static final Set<PosixFilePermission> PRIVATE_FOLDER = PosixFilePermissions.fromString("rwx------");
    private static final Set<PosixFilePermission> PRIVATE_FILE = PosixFilePermissions.fromString("rw-------");

    private final Path folder;
    private final byte[] key;
    private final long maxBytes;

    private CompiledCodeStore(Path folder, byte[] key, long maxBytes) {
        this.folder = folder;
        this.key = key;
        this.maxBytes = maxBytes;
    }

    /**
     * Empty when the folder cannot be used or is not the user's alone.
     *
     * @param maxBytes of all entries together; those that have not been used for the longest time go first
     */
    static Optional<CompiledCodeStore> open(Path folder, long maxBytes) {
        try {
            if (!Files.isDirectory(folder)) {
                Files.createDirectories(folder.toAbsolutePath().getParent());
                try {
                    Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(PRIVATE_FOLDER));
                } catch (FileAlreadyExistsException e) {
                    // another process was faster; what it made is checked below
                }
            }
            if (!isPrivate(folder)) {
                return Optional.empty();
            }
            return Optional.of(new CompiledCodeStore(folder, userKey(folder), maxBytes));
        } catch (IOException | UnsupportedOperationException e) {
            return Optional.empty();
        }
    }

    private static boolean isPrivate(Path folder) throws IOException {
        var attributes = Files.readAttributes(folder, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        String user = System.getProperty("user.name");
        return attributes.isDirectory()
                && attributes.owner().getName().equals(user)
                && PRIVATE_FOLDER.containsAll(attributes.permissions());
    }

    private static byte[] userKey(Path folder) throws IOException {
        Path file = folder.resolve("key");
        if (Files.exists(file) && Files.size(file) != KEY_BYTES) {
            Files.delete(file); // what it has signed is compiled again
        }
        if (!Files.exists(file)) {
            var fresh = new byte[KEY_BYTES];
            new SecureRandom().nextBytes(fresh);
            Path aside =
                    Files.createTempFile(folder, "key", ".new", PosixFilePermissions.asFileAttribute(PRIVATE_FILE));
            try {
                Files.write(aside, fresh);
                Files.createLink(file, aside); // fails where another process was faster, and then its key counts
            } catch (FileAlreadyExistsException e) {
                // read below
            } finally {
                Files.delete(aside);
            }
        }
        byte[] bytes = Files.readAllBytes(file);
        if (bytes.length != KEY_BYTES) {
            throw new IOException("the cache's key is damaged");
        }
        return bytes;
    }

    Path folder() {
        return folder;
    }

    static String name(ComponentTypeId type, String engine, String fingerprint, CoreEngine.Strategy strategy) {
        String all = String.join("\n", type.hex(), engine, fingerprint, strategy.name(), Defaults.TORVYN_VERSION);
        return ComponentTypeId.of(all.getBytes(StandardCharsets.UTF_8)).hex();
    }

    private Path file(String name) {
        return folder.resolve(name.substring(0, 2)).resolve(name + ".bin");
    }

    /** An entry that is whole and ours; one that is neither is deleted. */
    Optional<CompiledCode> read(String name) {
        Path file = file(name);
        try {
            if (!Files.exists(file)) {
                return Optional.empty();
            }
            if (Files.size(file) > maxBytes) {
                Files.delete(file);
                return Optional.empty();
            }
            byte[] entry = Files.readAllBytes(file);
            var in = new DataInputStream(new ByteArrayInputStream(entry));
            if (entry.length > 4 + MAC_BYTES && in.readInt() == MAGIC) {
                byte[] mac = in.readNBytes(MAC_BYTES);
                byte[] payload = in.readAllBytes();
                if (MessageDigest.isEqual(mac, mac(name, payload))) {
                    CompiledCode code = CompiledCode.fromBytes(payload);
                    Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
                    return Optional.of(code);
                }
            }
            Files.delete(file);
        } catch (IOException | EngineException e) {
            // as good as not there
        }
        return Optional.empty();
    }

    void write(String name, CompiledCode code) {
        Path file = file(name);
        try {
            byte[] payload = code.toBytes();
            long size = 4L + MAC_BYTES + payload.length;
            if (size > Math.min(maxBytes, Integer.MAX_VALUE - 8)) {
                return;
            }
            makeRoom(maxBytes - size);
            Files.createDirectories(file.getParent());
            byte[] entry = ByteBuffer.allocate((int) size)
                    .putInt(MAGIC)
                    .put(mac(name, payload))
                    .put(payload)
                    .array();
            Path aside = Files.createTempFile(
                    file.getParent(), name, ".new", PosixFilePermissions.asFileAttribute(PRIVATE_FILE));
            try {
                Files.write(aside, entry);
                Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(aside);
            }
        } catch (IOException e) {
            // a full or read-only disk costs a compilation next time, and nothing now
        }
    }

    private record Entry(Path file, long bytes, FileTime used) {}

    /** Deletes what has not been used for the longest time until no more than {@code remaining} bytes are left. */
    private void makeRoom(long remaining) throws IOException {
        var entries = new ArrayList<Entry>();
        Files.walkFileTree(folder, EnumSet.noneOf(FileVisitOption.class), 2, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (attributes.isRegularFile() && !folder.equals(file.getParent())) {
                    entries.add(new Entry(file, attributes.size(), attributes.lastModifiedTime()));
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) {
                return FileVisitResult.CONTINUE; // another process was faster
            }
        });
        long bytes = entries.stream().mapToLong(Entry::bytes).sum();
        entries.sort(Comparator.comparing(Entry::used));
        for (Entry entry : entries) {
            if (bytes <= remaining) {
                return;
            }
            Files.deleteIfExists(entry.file());
            bytes -= entry.bytes();
        }
    }

    /**
     * HMAC-SHA-256 (RFC 2104), with the digest alone: {@code javax.crypto} takes 70 ms to look at its providers, which is
     * most of the start of a cached component.
     */
    private byte[] mac(String name, byte[] payload) {
        MessageDigest inner = keyed(INNER_PAD);
        inner.update(name.getBytes(StandardCharsets.UTF_8));
        inner.update(payload);
        MessageDigest outer = keyed(OUTER_PAD);
        outer.update(inner.digest());
        return outer.digest();
    }

    private MessageDigest keyed(int pad) {
        var block = new byte[DIGEST_BLOCK_BYTES];
        System.arraycopy(key, 0, block, 0, key.length);
        for (int i = 0; i < block.length; i++) {
            block[i] ^= (byte) pad;
        }
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(block);
            return digest;
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }
}
