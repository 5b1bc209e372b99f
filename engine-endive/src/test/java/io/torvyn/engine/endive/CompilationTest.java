package io.torvyn.engine.endive;

import static io.torvyn.engine.endive.Fixture.ENGINE;
import static io.torvyn.engine.endive.Fixture.LIMITS;
import static io.torvyn.engine.endive.Fixture.bytes;
import static io.torvyn.engine.endive.Fixture.call;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.torvyn.component.spi.CoreEngine;
import io.torvyn.component.spi.CoreEngine.Strategy;
import io.torvyn.component.spi.CoreModule;
import io.torvyn.component.spi.CoreModuleException;
import io.torvyn.component.spi.CoreType;
import io.torvyn.component.spi.CoreType.Value;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class CompilationTest {
    private static final List<String> FIXTURES = List.of("traps", "host", "memory", "segments", "fixup", "multi");

    @Test
    void theModuleOffersTheEngineAsAService() {
        assertThat(EndiveEngine.class.getModule().getDescriptor().provides())
                .singleElement()
                .satisfies(provided -> {
                    assertThat(provided.service()).isEqualTo(CoreEngine.class.getName());
                    assertThat(provided.providers()).containsExactly(EndiveEngine.class.getName());
                });
        assertThat(ENGINE.name()).isEqualTo("endive");
        assertThat(ENGINE.fingerprint()).contains("1.0.0");
    }

    @ParameterizedTest
    @EnumSource
    void importsAndExportsKeepTheirOrderAndTypes(Strategy strategy) {
        CoreModule module = Fixture.module("segments", strategy);

        assertThat(module.imports())
                .containsExactly(
                        new CoreModule.Import("env", "memory", new CoreType.Memory(1, -1, false, false)),
                        new CoreModule.Import("env", "at", new CoreType.Global(Value.I32, false)));
        assertThat(module.exports())
                .extracting(CoreModule.Export::name)
                .containsExactly("init", "init-active", "drop", "grow", "memory");
        assertThat(module.exports().getFirst().type())
                .isEqualTo(new CoreType.Function(List.of(Value.I32, Value.I32, Value.I32), List.of()));
        assertThat(Fixture.module("shim", strategy).exports().getFirst().type())
                .isEqualTo(new CoreType.Table(Value.FUNCREF, 2, 2));
    }

    @Test
    void functionsAreNamedByTheNameSectionElseByExportOrImport() {
        CoreModule module = Fixture.module("host", Strategy.BASELINE);
        CoreModule traps = Fixture.module("traps", Strategy.BASELINE);

        assertThat(module.functionName(0)).isEqualTo("nothing");
        assertThat(module.functionName(10)).isEqualTo("give-i32");
        assertThat(traps.functionName(2)).isEqualTo("inner");
        assertThat(module.functionName(1000)).isNull();
        assertThat(Fixture.module("fixup", Strategy.BASELINE).functionName(1)).isEqualTo("#1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"traps", "host", "memory", "large-function"})
    void compiledCodeIsUsedAgain(String name) throws Throwable {
        byte[] wasm = bytes(name);
        byte[] compiled =
                Objects.requireNonNull(ENGINE.compile(wasm, Strategy.OPTIMIZED).serialize());

        CoreModule again = ENGINE.deserialize(wasm, compiled, Strategy.OPTIMIZED);

        assertThat(again.serialize()).isEqualTo(compiled);
        assertThat(again.exports())
                .isEqualTo(Fixture.module(name, Strategy.BASELINE).exports());
        if (name.equals("memory")) {
            var instance = again.instantiate(List.of(), LIMITS);
            call(instance, "next");
            assertThat(call(instance, "next")).isEqualTo(2);
        } else if (name.equals("traps")) {
            var instance = again.instantiate(List.of(), LIMITS);
            Throwable thrown = catchThrowable(() -> call(instance, "nested"));
            assertThat(ENGINE.trap(thrown).backtrace()).containsExactly("inner", "middle", "nested");
        } else if (name.equals("large-function")) {
            assertThat(call(again.instantiate(List.of(), LIMITS), "calls-large", 5L))
                    .isEqualTo(5 + 9000 * 1_000_000_000_002L);
        }
    }

    @Test
    void interpretedModulesHaveNothingToKeep() {
        assertThat(Fixture.module("traps", Strategy.BASELINE).serialize()).isNull();
    }

    @ParameterizedTest
    @EnumSource
    void aFunctionTooLargeForTheJvmRunsAllTheSame(Strategy strategy) throws Throwable {
        var instance = Fixture.instance("large-function", strategy);

        assertThat(call(instance, "large", 1L)).isEqualTo(1 + 9000 * 1_000_000_000_002L);
        assertThat(call(instance, "calls-large", -1L)).isEqualTo(-1 + 9000 * 1_000_000_000_002L);
        assertThat(call(instance, "small", 1L)).isEqualTo(2L);
    }

    @Test
    void compiledCodeThatDoesNotFitIsRefused() {
        byte[] wasm = bytes("memory");
        byte[] compiled =
                Objects.requireNonNull(ENGINE.compile(wasm, Strategy.OPTIMIZED).serialize());
        byte[] otherModule = Objects.requireNonNull(
                ENGINE.compile(bytes("at"), Strategy.OPTIMIZED).serialize());

        assertRefused(wasm, otherModule);
        assertRefused(wasm, new byte[0]);
        assertRefused(wasm, Arrays.copyOf(compiled, compiled.length + 1));
        for (int length = 0; length < compiled.length; length += 97) {
            assertRefused(wasm, Arrays.copyOf(compiled, length));
        }
        for (int at = 0; at < compiled.length; at += 61) {
            byte[] flipped = compiled.clone();
            flipped[at] ^= (byte) (1 << at % 8);
            assertRefused(wasm, flipped);
        }
    }

    @Test
    void compiledCodeThatIsNoCodeIsRefused() {
        byte[] wasm = bytes("memory");

        assertRefused(wasm, file(wasm, Map.of()));
        assertRefused(wasm, file(wasm, Map.of("torvyn.wasm.Machine", "no class".getBytes(UTF_8))));
        assertRefused(wasm, file(wasm, Map.of("java.lang.Object", new byte[0])));
    }

    private static byte[] file(byte[] wasm, Map<String, byte[]> classes) {
        return CompiledModuleFile.of(wasm, "torvyn.wasm.Machine", 1, List.of(), List.of(), classes)
                .bytes();
    }

    private static void assertRefused(byte[] wasm, byte[] compiled) {
        assertThatThrownBy(() -> ENGINE.deserialize(wasm, compiled, Strategy.OPTIMIZED))
                .isInstanceOf(CoreModuleException.class);
    }

    @ParameterizedTest
    @EnumSource
    void whatIsInvalidIsRefused(Strategy strategy) {
        assertThatThrownBy(() -> Fixture.module("invalid", strategy))
                .isInstanceOf(CoreModuleException.class)
                .hasMessageContaining("type mismatch");
    }

    @Test
    void whatIsNoModuleIsRefused() {
        byte[] component = {0, 'a', 's', 'm', 13, 0, 1, 0};
        for (byte[] bytes : List.of(new byte[0], new byte[8], "hello, world".getBytes(), component)) {
            assertThatThrownBy(() -> ENGINE.compile(bytes, Strategy.OPTIMIZED)).isInstanceOf(CoreModuleException.class);
        }
    }

    /** Counts that promise more than the file holds: refused before anything of that size is made. */
    @Test
    @Timeout(10)
    void lyingCountsAreRefused() {
        byte[] header = {0, 'a', 's', 'm', 1, 0, 0, 0};
        byte[] huge = {(byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 0x07};
        byte[][] sections = {
            {0, 5}, // name of a custom section
            {1, 5}, // number of types
            {1, 7, 1, 0x60}, // parameters of a type
            {2, 6, 1}, // name of an import
            {3, 5},
            {9, 10, 1, 1, 0}, // functions of an element segment
            {10, 5},
            {11, 7, 1, 1}, // bytes of a data segment
        };
        for (byte[] section : sections) {
            byte[] wasm = Arrays.copyOf(header, header.length + section.length + huge.length);
            System.arraycopy(section, 0, wasm, header.length, section.length);
            System.arraycopy(huge, 0, wasm, header.length + section.length, huge.length);
            wasm[header.length + 1] = (byte) (section.length - 2 + huge.length);

            assertThatThrownBy(() -> ENGINE.compile(wasm, Strategy.OPTIMIZED)).isInstanceOf(CoreModuleException.class);
        }
    }

    /** 100,000 functions of 50,000 locals each would be half a megabyte of module and gigabytes of lists. */
    @Test
    @Timeout(10)
    void aFloodOfLocalsIsRefused() {
        int functions = 5_000;
        var wasm = new java.io.ByteArrayOutputStream();
        wasm.writeBytes(new byte[] {0, 'a', 's', 'm', 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0});
        wasm.writeBytes(new byte[] {3, (byte) (0x80 | (functions + 2) & 0x7F), (byte) ((functions + 2) >> 7)});
        wasm.writeBytes(new byte[] {(byte) (0x80 | functions & 0x7F), (byte) (functions >> 7)});
        wasm.writeBytes(new byte[functions]);
        byte[] body = {6, 1, (byte) 0xD0, (byte) 0x86, 3, 0x7F, 0x0B};
        int length = functions * body.length + 2;
        wasm.writeBytes(new byte[] {
            10, (byte) (0x80 | length & 0x7F), (byte) (0x80 | (length >> 7) & 0x7F), (byte) (length >> 14)
        });
        wasm.writeBytes(new byte[] {(byte) (0x80 | functions & 0x7F), (byte) (functions >> 7)});
        for (int i = 0; i < functions; i++) {
            wasm.writeBytes(body);
        }

        assertThatThrownBy(() -> ENGINE.compile(wasm.toByteArray(), Strategy.BASELINE))
                .isInstanceOf(CoreModuleException.class)
                .hasMessageContaining("too many locals");
    }

    @Test
    @Timeout(120)
    void damagedModulesAreRefusedOrRun() {
        var random = new Random(20260801);
        int refused = 0;
        for (String name : FIXTURES) {
            byte[] original = bytes(name);
            for (int length = 8; length < original.length; length += 5) {
                refused += compileDamaged(Arrays.copyOf(original, length), Strategy.BASELINE);
            }
            for (int i = 0; i < 300; i++) {
                byte[] damaged = original.clone();
                for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
                    damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
                }
                refused += compileDamaged(damaged, i % 10 == 0 ? Strategy.OPTIMIZED : Strategy.BASELINE);
            }
        }
        assertThat(refused).isGreaterThan(500);
    }

    private static int compileDamaged(byte[] wasm, Strategy strategy) {
        CoreModule module;
        try {
            module = ENGINE.compile(wasm, strategy);
        } catch (CoreModuleException e) {
            return 1;
        }
        if (module.imports().isEmpty()) {
            try {
                module.instantiate(List.of(), LIMITS);
            } catch (RuntimeException e) {
                assertThat(ENGINE.trap(e)).as("thrown by instantiation: %s", e).isNotNull();
            }
        }
        return 0;
    }
}
