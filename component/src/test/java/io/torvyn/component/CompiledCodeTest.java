package io.torvyn.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torvyn.component.spi.CoreEngine;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CompiledCodeTest {
    private static final byte[] MODULE = {1, 2, 3};
    private static final byte[] CODE = {9, 8};

    private static CompiledCode code(String fingerprint) {
        return new CompiledCode(
                "test", fingerprint, CoreEngine.Strategy.OPTIMIZED, Map.of(CompiledCode.key(MODULE), CODE));
    }

    @Test
    void codeComesBackFromItsBytes() {
        CompiledCode back = CompiledCode.fromBytes(code("test").toBytes());

        assertThat(back.of(CompiledCode.key(MODULE))).isEqualTo(CODE);
        assertThat(back.of(CompiledCode.key(new byte[] {1, 2, 4}))).isNull();
        assertThat(back.fits(new TestEngine(), CoreEngine.Strategy.OPTIMIZED)).isTrue();
    }

    @Test
    void codeOfAnotherEngineOrStrategyDoesNotFit() {
        assertThat(code("older").fits(new TestEngine(), CoreEngine.Strategy.OPTIMIZED))
                .isFalse();
        assertThat(code("test").fits(new TestEngine(), CoreEngine.Strategy.BASELINE))
                .isFalse();
    }

    @Test
    void everyTruncationIsE0801() {
        byte[] bytes = code("test").toBytes();
        for (int length = 0; length < bytes.length; length++) {
            byte[] torn = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> CompiledCode.fromBytes(torn))
                    .as("cut to %d of %d bytes", length, bytes.length)
                    .isInstanceOfSatisfying(EngineException.class, e -> assertThat(e.failure())
                            .isInstanceOf(EngineFailure.DeserializationFailed.class));
        }
    }

    @Test
    void bytesTooManyAreE0801() {
        byte[] bytes = code("test").toBytes();

        assertThatThrownBy(() -> CompiledCode.fromBytes(Arrays.copyOf(bytes, bytes.length + 1)))
                .hasMessageContaining("it has bytes too many");
    }
}
