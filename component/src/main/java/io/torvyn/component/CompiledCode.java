package io.torvyn.component;

import io.torvyn.component.spi.CoreEngine;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a core engine made of the core modules of one component, to be kept so that the work need not be done again.
 * Immutable.
 */
public final class CompiledCode {
    /** The first bytes of the form that is kept; its number changes with the form. */
    private static final byte[] MAGIC = "torvyn-code-1\n".getBytes(StandardCharsets.US_ASCII);

    private final String engine;
    private final String fingerprint;
    private final CoreEngine.Strategy strategy;
    private final Map<String, byte[]> byModule;

    CompiledCode(String engine, String fingerprint, CoreEngine.Strategy strategy, Map<String, byte[]> byModule) {
        this.engine = engine;
        this.fingerprint = fingerprint;
        this.strategy = strategy;
        this.byModule = Map.copyOf(byModule);
    }

    /** No core module of the component left anything worth keeping. */
    public boolean isEmpty() {
        return byModule.isEmpty();
    }

    /** What is kept of it, in bytes. */
    public long size() {
        return byModule.values().stream().mapToLong(code -> code.length).sum();
    }

    boolean fits(CoreEngine other, CoreEngine.Strategy otherStrategy) {
        return engine.equals(other.name())
                && fingerprint.equals(other.fingerprint())
                && strategy == otherStrategy.code();
    }

    /** The code of the core module with this key; null when it is not among them. */
    byte @Nullable [] of(String key) {
        return byModule.get(key);
    }

    static String key(byte[] coreModule) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(coreModule));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }

    /** As bytes. They carry no checksum: who keeps them sees to it that they come back whole and untouched. */
    public byte[] toBytes() {
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            out.write(MAGIC);
            out.writeUTF(engine);
            out.writeUTF(fingerprint);
            out.writeUTF(strategy.name());
            out.writeInt(byModule.size());
            for (Map.Entry<String, byte[]> module : byModule.entrySet()) {
                out.writeUTF(module.getKey());
                out.writeInt(module.getValue().length);
                out.write(module.getValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /**
     * The reverse of {@link #toBytes}.
     *
     * @throws EngineException of {@link EngineFailure.DeserializationFailed} when the bytes are something else
     */
    public static CompiledCode fromBytes(byte[] bytes) {
        try (var in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            if (!Arrays.equals(in.readNBytes(MAGIC.length), MAGIC)) {
                throw new IOException("it is of another format");
            }
            String engine = in.readUTF();
            String fingerprint = in.readUTF();
            var strategy = CoreEngine.Strategy.valueOf(in.readUTF());
            int count = in.readInt();
            Map<String, byte[]> byModule = new HashMap<>();
            for (int i = 0; i < count; i++) {
                String key = in.readUTF();
                int length = in.readInt();
                if (length < 0 || length > in.available()) {
                    throw new IOException("it is truncated");
                }
                byModule.put(key, in.readNBytes(length));
            }
            if (in.available() > 0) {
                throw new IOException("it has bytes too many");
            }
            return new CompiledCode(engine, fingerprint, strategy, byModule);
        } catch (IOException | IllegalArgumentException e) {
            throw new EngineException(
                    new EngineFailure.DeserializationFailed("the compiled code is damaged: " + e.getMessage()), e);
        }
    }
}
