package io.torvyn.wasi;

import io.torvyn.component.ByteSource;
import io.torvyn.component.spi.CoreMemory;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Random bytes that nobody can foresee, made ahead for one component instance, on whose thread they are taken.
 *
 * <p>The first few thousand are those of {@link SecureRandom}. Whoever wants more gets the key stream of AES in counter
 * mode, each filling under another key from there. Nothing is given twice, and what was given is wiped: who sees this
 * memory learns nothing of what the guest has had.
 */
final class RandomStock {
    private static final int FILLING = 1 << 14;
    /** A cipher takes a while to be found, so there is none for those who want a seed or two. */
    private static final int FILLING_OF_SYSTEM = 512;

    private static final int FILLINGS_OF_SYSTEM = 8;
    private static final int KEY = 32;
    private static final IvParameterSpec START = new IvParameterSpec(new byte[16]);
    private static final byte[] ZEROES = new byte[FILLING];

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    /** Found when the first byte is wanted. */
    private static final class OfSystem {
        static final SecureRandom RANDOM = new SecureRandom();
    }

    private byte[] stock = {};
    /** Where the first byte is that nobody has had. */
    private int first;

    private int systemFillings;
    private @Nullable Cipher cipher;
    private final Taken taken = new Taken();

    long next() {
        int at = take(Long.BYTES);
        long next = (long) LONG.get(stock, at);
        LONG.set(stock, at, 0L);
        return next;
    }

    /** So many bytes; good until the next ones are asked for. */
    ByteSource next(int length) {
        if (length > FILLING) {
            var bytes = new byte[length];
            generate(bytes);
            return ByteSource.of(bytes);
        }
        return taken.at(take(length), length);
    }

    private int take(int length) {
        if (length > stock.length - first) {
            fill(length);
        }
        int at = first;
        first += length;
        return at;
    }

    private void fill(int wanted) {
        if (wanted <= FILLING_OF_SYSTEM && stock.length < FILLING && systemFillings < FILLINGS_OF_SYSTEM) {
            systemFillings++;
            if (stock.length == 0) {
                stock = new byte[FILLING_OF_SYSTEM];
            }
            OfSystem.RANDOM.nextBytes(stock);
        } else {
            if (stock.length < FILLING) {
                stock = new byte[FILLING];
            }
            generate(stock);
        }
        first = 0;
    }

    private void generate(byte[] bytes) {
        var key = new byte[KEY];
        OfSystem.RANDOM.nextBytes(key);
        try {
            Cipher aes = cipher;
            if (aes == null) {
                aes = Cipher.getInstance("AES/CTR/NoPadding");
                cipher = aes;
            }
            aes.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), START);
            for (int at = 0; at < bytes.length; at += FILLING) {
                aes.update(ZEROES, 0, Math.min(FILLING, bytes.length - at), bytes, at);
            }
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no AES in counter mode", e);
        }
        Arrays.fill(key, (byte) 0);
    }

    /** Bytes of the stock on their way to the guest. */
    private final class Taken implements ByteSource {
        private int at;
        private int length;

        Taken at(int newAt, int newLength) {
            at = newAt;
            length = newLength;
            return this;
        }

        @Override
        public int length() {
            return length;
        }

        @Override
        public void writeTo(CoreMemory memory, int address) {
            memory.write(address, stock, at, length);
            Arrays.fill(stock, at, at + length, (byte) 0);
        }
    }
}
