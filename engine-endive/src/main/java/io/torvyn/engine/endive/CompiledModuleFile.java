package io.torvyn.engine.endive;

import io.torvyn.component.spi.CoreModuleException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * What {@code serialize()} gives: the classes that Endive's compiler made, and what they were made from.
 *
 * <pre>
 * magic  version  interpreted  digest(wasm)  digest(classes)  classes
 * 4      1        1            32            32               to the end
 * </pre>
 *
 * The digests are against mix-ups and damage; who may write such a file is a matter of the cache above.
 */
final class CompiledModuleFile {
    /** Part of the engine's fingerprint. */
    static final int VERSION = 4;

    private static final int MAGIC = 0x54764543; // TvEC
    private static final int DIGEST_LENGTH = 32;
    private static final int HEADER_LENGTH = 6 + 2 * DIGEST_LENGTH;

    private final boolean interpreted;
    private final byte[] classes;

    CompiledModuleFile(boolean interpreted, byte[] classes) {
        this.interpreted = interpreted;
        this.classes = classes;
    }

    /** Whether some functions were too large for the JVM and run in the interpreter, which needs their bodies. */
    boolean interpreted() {
        return interpreted;
    }

    /** The jar that Endive hands to its cache. */
    byte[] classes() {
        return classes;
    }

    byte[] write(byte[] wasm) {
        return ByteBuffer.allocate(HEADER_LENGTH + classes.length)
                .putInt(MAGIC)
                .put((byte) VERSION)
                .put((byte) (interpreted ? 1 : 0))
                .put(digest(wasm))
                .put(digest(classes))
                .put(classes)
                .array();
    }

    /**
     * @throws CoreModuleException when it is damaged, or was made from something else
     */
    static CompiledModuleFile read(byte[] file, byte[] wasm) {
        if (file.length < HEADER_LENGTH) {
            throw new CoreModuleException("compiled code of " + file.length + " bytes is cut short");
        }
        ByteBuffer buffer = ByteBuffer.wrap(file);
        if (buffer.getInt() != MAGIC || buffer.get() != VERSION) {
            throw new CoreModuleException("this is no compiled code of this engine");
        }
        byte interpreted = buffer.get();
        byte[] madeFrom = new byte[DIGEST_LENGTH];
        byte[] checksum = new byte[DIGEST_LENGTH];
        buffer.get(madeFrom).get(checksum);
        byte[] classes = Arrays.copyOfRange(file, HEADER_LENGTH, file.length);
        if (!Arrays.equals(madeFrom, digest(wasm))) {
            throw new CoreModuleException("the compiled code belongs to another module");
        }
        if (!Arrays.equals(checksum, digest(classes)) || interpreted < 0 || interpreted > 1) {
            throw new CoreModuleException("the compiled code is damaged");
        }
        return new CompiledModuleFile(interpreted == 1, classes);
    }

    static byte[] digest(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
