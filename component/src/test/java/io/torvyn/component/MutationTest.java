package io.torvyn.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.torvyn.component.binary.BinaryException;
import io.torvyn.component.binary.ComponentDecoder;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever is done to the bytes of a component, they are a component or a {@link BinaryException}, and nothing else. */
class MutationTest {
    private static final int FLIPS = 1_000;

    static List<String> valid() {
        return Fixtures.in("valid");
    }

    /** True when the bytes have been refused. */
    private static boolean isRefused(byte[] wasm, String what) {
        try {
            Validator.validate(wasm, ComponentDecoder.decode(wasm));
            return false;
        } catch (BinaryException e) {
            assertThat(e.offset()).isBetween(0, wasm.length);
            return true;
        } catch (RuntimeException | StackOverflowError e) {
            return fail(what, e);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("valid")
    void everyTruncationEndsWell(String name) {
        byte[] wasm = Fixtures.binary(name);
        int refused = 0;
        for (int length = 0; length < wasm.length; length++) {
            if (isRefused(Arrays.copyOf(wasm, length), name + " cut to " + length)) {
                refused++;
            }
        }

        // Where a section ends, what is left may be a component.
        assertThat(refused).isGreaterThan(wasm.length * 3 / 4);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("valid")
    void everyChangedBitEndsWell(String name) {
        byte[] wasm = Fixtures.binary(name);
        var random = new Random(20260720);
        for (int i = 0; i < FLIPS; i++) {
            byte[] changed = wasm.clone();
            int flips = 1 + random.nextInt(3);
            for (int flip = 0; flip < flips; flip++) {
                changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));
            }
            isRefused(changed, name + ", change " + i);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("valid")
    void everyMovedPieceEndsWell(String name) {
        byte[] wasm = Fixtures.binary(name);
        var random = new Random(20260721);
        for (int i = 0; i < FLIPS; i++) {
            byte[] changed = wasm.clone();
            int length = 1 + random.nextInt(Math.min(8, wasm.length));
            System.arraycopy(
                    wasm,
                    random.nextInt(wasm.length - length + 1),
                    changed,
                    random.nextInt(wasm.length - length + 1),
                    length);
            isRefused(changed, name + ", move " + i);
        }
    }
}
