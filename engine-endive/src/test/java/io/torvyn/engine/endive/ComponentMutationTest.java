package io.torvyn.engine.endive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.torvyn.component.Component;
import io.torvyn.component.EngineException;
import io.torvyn.component.EngineFailure;
import io.torvyn.component.spi.CoreEngine.Strategy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is done to the bytes of a component, loading it succeeds or is E0800; core modules included. */
class ComponentMutationTest {
    private static final int CHANGES = 600;

    private static byte[] bytes(String name) throws IOException {
        return Files.readAllBytes(Path.of("../component/src/test/fixtures/valid", name + ".wasm"));
    }

    private static void load(byte[] wasm, String what) {
        try {
            Component.load(wasm, what, Fixture.ENGINE, Strategy.BASELINE);
        } catch (EngineException e) {
            assertThat(e.failure()).isInstanceOf(EngineFailure.CompilationFailed.class);
        } catch (RuntimeException | StackOverflowError e) {
            fail(what, e);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"shim", "own-resource", "nested"})
    void everyTruncationEndsWell(String name) throws IOException {
        byte[] wasm = bytes(name);
        for (int length = 0; length < wasm.length; length++) {
            load(Arrays.copyOf(wasm, length), name + " cut to " + length);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"shim", "own-resource", "nested", "strings"})
    void everyChangedBitEndsWell(String name) throws IOException {
        byte[] wasm = bytes(name);
        var random = new Random(20260722);
        for (int i = 0; i < CHANGES; i++) {
            byte[] changed = wasm.clone();
            changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));
            load(changed, name + ", change " + i);
        }
    }
}
