package io.torvyn.engine.endive;

import static io.torvyn.engine.endive.Fixture.ENGINE;
import static io.torvyn.engine.endive.Fixture.LIMITS;
import static io.torvyn.engine.endive.Fixture.call;
import static io.torvyn.engine.endive.Fixture.function;
import static io.torvyn.engine.endive.Fixture.instance;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torvyn.component.spi.CoreEngine.Strategy;
import io.torvyn.component.spi.CoreModule;
import io.torvyn.component.spi.CoreModuleException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Modules that Endive's parser would not get through, or not at all. */
class HostileModulesTest {
    private static final byte[] HEADER = {0, 'a', 's', 'm', 1, 0, 0, 0};

    /** A module of one function without parameters and results. */
    private static byte[] module(WasmBytes instructions) {
        var types = new WasmBytes();
        types.writeBytes(new byte[] {1, 0x60, 0, 0});
        var functions = new WasmBytes();
        functions.writeBytes(new byte[] {1, 0});
        var code = new WasmBytes();
        code.unsigned(1);
        code.unsigned(instructions.size() + 1);
        code.unsigned(0);
        instructions.appendTo(code);
        var module = new WasmBytes();
        module.writeBytes(HEADER);
        module.section(1, types);
        module.section(3, functions);
        module.section(WasmSections.CODE, code);
        return module.toByteArray();
    }

    private static void repeat(WasmBytes instructions, int times, int... octets) {
        for (int i = 0; i < times; i++) {
            for (int octet : octets) {
                instructions.write(octet);
            }
        }
    }

    private static void refused(WasmBytes instructions) {
        byte[] wasm = module(instructions);
        assertThatThrownBy(() -> ENGINE.compile(wasm, Strategy.BASELINE))
                .isInstanceOf(CoreModuleException.class)
                .hasMessageStartingWith("the function at byte ")
                .hasMessageContaining("split the function");
    }

    @Test
    @Timeout(20)
    void deepBlocksWithABranchInEachAreRefused() {
        var instructions = new WasmBytes();
        for (int depth = 1; depth <= 50_000; depth++) {
            repeat(instructions, 1, InstructionReader.BLOCK, 0x40, 0x41, 0, InstructionReader.BR_IF);
            instructions.unsigned(depth);
        }
        repeat(instructions, 50_001, InstructionReader.END);

        refused(instructions);
    }

    @Test
    @Timeout(20)
    void aBranchTableOfFarLabelsIsRefused() {
        var instructions = new WasmBytes();
        repeat(instructions, 20_000, InstructionReader.BLOCK, 0x40);
        repeat(instructions, 1, 0x41, 0, InstructionReader.BR_TABLE);
        instructions.unsigned(20_000);
        for (int i = 0; i <= 20_000; i++) {
            instructions.unsigned(20_000);
        }
        repeat(instructions, 20_001, InstructionReader.END);

        refused(instructions);
    }

    @Test
    @Timeout(20)
    void manyLoopsSideBySideAreRefused() {
        var instructions = new WasmBytes();
        repeat(instructions, 50_000, InstructionReader.LOOP, 0x40, InstructionReader.END);
        repeat(instructions, 1, InstructionReader.END);

        refused(instructions);
    }

    @Test
    void whatARealCompilerNestsIsRead() {
        var instructions = new WasmBytes();
        repeat(instructions, 500, InstructionReader.BLOCK, 0x40);
        repeat(instructions, 1, 0x41, 0, InstructionReader.BR_TABLE);
        instructions.unsigned(499);
        for (int i = 0; i < 500; i++) {
            instructions.unsigned(i);
        }
        repeat(instructions, 501, InstructionReader.END);

        CoreModule module = ENGINE.compile(module(instructions), Strategy.BASELINE);

        assertThat(module.exports()).isEmpty();
    }

    @Test
    void anUnknownInstructionIsNamedWithItsPlace() {
        var instructions = new WasmBytes();
        repeat(instructions, 1, 0xFC, 0x7F, InstructionReader.END);

        assertThatThrownBy(() -> ENGINE.compile(module(instructions), Strategy.BASELINE))
                .isInstanceOf(CoreModuleException.class)
                .hasMessage("unknown instruction 0xfc 0x7f at byte 23");
    }

    @ParameterizedTest
    @EnumSource
    void aFunctionMayBeImportedWithoutAnyName(Strategy strategy) throws Throwable {
        CoreModule module = Fixture.module("unnamed-import", strategy);
        var adding = instance("fuel", strategy);

        assertThat(module.imports())
                .extracting(CoreModule.Import::module, CoreModule.Import::name)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("", ""), org.assertj.core.groups.Tuple.tuple("", "other"));
        var importing = module.instantiate(List.of(function(adding, "choose"), function(adding, "count")), LIMITS);
        assertThat(call(importing, "run", 5)).isEqualTo(1 - 5);
    }
}
