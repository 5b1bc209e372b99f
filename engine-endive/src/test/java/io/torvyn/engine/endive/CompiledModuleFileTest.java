package io.torvyn.engine.endive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torvyn.component.spi.CoreModuleException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class CompiledModuleFileTest {
    private static final byte[] WASM = {0, 'a', 's', 'm', 1, 0, 0, 0};
    private static final int HEADER = CompiledModuleFile.HEADER_LENGTH;

    private static CompiledModuleFile file() {
        byte[] text = "a class, so to say; a class, so to say".getBytes();
        return CompiledModuleFile.of(
                WASM,
                "torvyn.wasm.A",
                128,
                List.of(7, 1_000),
                List.of(3),
                Map.of("torvyn.wasm.A", text, "torvyn.wasm.B", new byte[70_000]));
    }

    @Test
    void whatIsWrittenIsRead() {
        CompiledModuleFile read = CompiledModuleFile.read(file().bytes().clone(), WASM);

        assertThat(read.machine()).isEqualTo("torvyn.wasm.A");
        assertThat(read.functionsPerClass()).isEqualTo(128);
        assertThat(read.interpreted()).containsExactly(7, 1_000);
        assertThat(read.tailCalling()).containsExactly(3);
        assertThat(read.classNames()).containsExactlyInAnyOrder("torvyn.wasm.A", "torvyn.wasm.B");
        assertThat(read.classFile("torvyn.wasm.A")).asString().startsWith("a class");
        assertThat(read.classFile("torvyn.wasm.B")).hasSize(70_000);
        assertThat(read.classFile("torvyn.wasm.C")).isNull();
    }

    @Test
    void anotherModulesFileIsRefused() {
        assertThatThrownBy(() -> CompiledModuleFile.read(file().bytes(), new byte[8]))
                .isInstanceOf(CoreModuleException.class)
                .hasMessage("the compiled code belongs to another module");
    }

    /** With checksums that are right, so that the rest is looked at: nothing but the engine's own error, and little memory. */
    @Test
    @Timeout(60)
    void whateverAFileHoldsIsReadOrRefused() {
        var random = new Random(20261127);
        byte[] good = file().bytes();
        int refused = 0;
        int rounds = 20_000;
        for (int i = 0; i < rounds; i++) {
            byte[] hostile = random.nextBoolean()
                    ? good.clone()
                    : Arrays.copyOf(good, HEADER + random.nextInt(good.length - HEADER + 8));
            for (int changes = 1 + random.nextInt(4); changes > 0 && hostile.length > HEADER; changes--) {
                int at = HEADER + random.nextInt(Math.min(hostile.length - HEADER, 80));
                hostile[at] = random.nextBoolean() ? (byte) random.nextInt() : (byte) 0xFF;
            }
            ByteBuffer.wrap(hostile).putInt(HEADER - 4, CompiledModuleFile.checksum(hostile, HEADER));
            try {
                CompiledModuleFile read = CompiledModuleFile.read(hostile, WASM);
                read.classNames().forEach(read::classFile);
            } catch (CoreModuleException e) {
                refused++;
            }
        }
        assertThat(refused).isBetween(rounds / 2, rounds);
    }
}
