package io.torvyn.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torvyn.component.spi.CoreEngine;
import io.torvyn.component.spi.CoreModule;
import io.torvyn.component.spi.CoreModuleException;
import io.torvyn.component.spi.CoreTrap;
import io.torvyn.types.ErrorCode;
import io.torvyn.types.TorvynException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Loading, with engines that run nothing; running is tested where an engine is. */
class ComponentTest {
    /** Refuses every module. */
    private record RefusingEngine(RuntimeException answer) implements CoreEngine {
        @Override
        public String name() {
            return "refusing";
        }

        @Override
        public String fingerprint() {
            return "1";
        }

        @Override
        public CoreModule compile(byte[] wasm, Strategy strategy) {
            throw answer;
        }

        @Override
        public CoreModule deserialize(byte[] wasm, byte[] compiled, Strategy strategy) {
            throw answer;
        }

        @Override
        public @Nullable CoreTrap trap(Throwable thrown) {
            return null;
        }
    }

    private static Component load(byte[] wasm, String source, RuntimeException answer) {
        return Component.load(wasm, source, new RefusingEngine(answer), CoreEngine.Strategy.BASELINE);
    }

    @Test
    void aComponentWithoutCoreModulesNeedsNoCompiler() {
        Component component = load(Fixtures.binary("valid/types"), "", new AssertionException());

        assertThat(component.imports())
                .extracting(ComponentImport::name)
                .containsExactly("test:host/all@1.0.0-rc.1", "plugin", "part");
        assertThat(component.imports())
                .extracting(i -> i.type().sort())
                .containsExactly("instance", "core module", "component");
        assertThat(component.exports()).isEmpty();
        assertThat(component.compiledCode().isEmpty()).isTrue();
    }

    @Test
    void aFileThatIsNoComponentIsE0800WithItsNameAndTheMend() {
        byte[] text = "hello".getBytes(StandardCharsets.UTF_8);

        assertThatThrownBy(() -> load(text, "upper.wasm", new AssertionException()))
                .isInstanceOf(EngineException.class)
                .hasMessage("[E0800] Compilation failed for 'upper.wasm': the file is text: it does not begin with the"
                        + " bytes 00 61 73 6d at byte 0x0. Verify the .wasm file is a valid WebAssembly Component (not"
                        + " a core module). Re-compile with a supported toolchain.");
    }

    @Test
    void withoutASourceNoneIsNamed() {
        assertThatThrownBy(() -> load(new byte[0], "", new AssertionException()))
                .hasMessageStartingWith("[E0800] Compilation failed: the file is empty at byte 0x0.");
    }

    @Test
    void aCoreModuleThatTheEngineRefusesIsNamedWithItsNumberAndPlace() {
        assertThatThrownBy(
                        () -> load(Fixtures.binary("valid/shim"), "", new CoreModuleException("it has a bad opcode")))
                .hasMessageMatching(
                        "(?s)\\[E0800\\] Compilation failed: core module 0 is refused: it has a bad opcode at"
                                + " byte 0x[0-9a-f]+\\..*");
    }

    @Test
    void anEngineThatFailsOverAModuleDoesNotBringTheHostDown() {
        assertThatThrownBy(() -> load(Fixtures.binary("valid/shim"), "", new IndexOutOfBoundsException("Index 7")))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("core module 0 cannot be compiled by engine refusing:"
                        + " java.lang.IndexOutOfBoundsException: Index 7");
    }

    @Test
    void aComponentCanBeValidatedWithoutBeingKept() {
        var engine = new RefusingEngine(new AssertionException());

        Component.validate(Fixtures.binary("valid/types"), "types.wasm", engine);
        assertThatThrownBy(() -> Component.validate(Fixtures.binary("invalid/name-twice"), "twice.wasm", engine))
                .isInstanceOf(EngineException.class)
                .hasMessageStartingWith(
                        "[E0800] Compilation failed for 'twice.wasm': the import name \"a\" is used twice"
                                + " at byte 0x");
    }

    @Test
    void aFileThatIsNotThereIsSaidToBeMissing() {
        assertThatThrownBy(
                        () -> Component.load(Path.of("no/such.wasm"), new TestEngine(), CoreEngine.Strategy.BASELINE))
                .isInstanceOfSatisfying(
                        TorvynException.class,
                        e -> assertThat(e.failure().code()).isEqualTo(ErrorCode.IO_ERROR))
                .hasMessageContaining("cannot be read: there is no such file");
    }

    @Test
    void withoutAnEngineLoadingSaysSo() {
        assertThatThrownBy(() -> Component.load(Path.of("src/test/fixtures/valid/empty.wasm")))
                .isInstanceOfSatisfying(
                        EngineException.class, e -> assertThat(e.failure()).isInstanceOf(EngineFailure.Internal.class))
                .hasMessageContaining("no core WebAssembly engine");
    }

    /** Nothing was to be compiled. */
    private static final class AssertionException extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }
}
