package io.torvyn.engine.endive;

import static io.torvyn.engine.endive.Fixture.ENGINE;
import static io.torvyn.engine.endive.Fixture.LIMITS;
import static io.torvyn.engine.endive.Fixture.call;
import static io.torvyn.engine.endive.WasmWriter.F64;
import static io.torvyn.engine.endive.WasmWriter.I32;
import static io.torvyn.engine.endive.WasmWriter.I64;
import static io.torvyn.engine.endive.WasmWriter.bytes;
import static io.torvyn.engine.endive.WasmWriter.join;
import static io.torvyn.engine.endive.WasmWriter.number;
import static io.torvyn.engine.endive.WasmWriter.signed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.torvyn.component.spi.CoreEngine.Strategy;
import io.torvyn.component.spi.CoreInstance;
import io.torvyn.component.spi.CoreTrap;
import java.lang.classfile.ClassFile;
import java.lang.classfile.attribute.CodeAttribute;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Modules with many functions of one type, which are called through a table. */
class ManyFunctionsTest {
    private static final int[] EVERY_WIDTH = {I64, I32, F64};

    /** Functions {@code (a, b, c) -> a + number}, then one of another type, then {@code call(element, a, b, c)}. */
    private static byte[] module(int count) {
        var writer = new WasmWriter();
        int type = writer.type(EVERY_WIDTH, I64);
        int other = writer.type(new int[] {}, I32);
        int caller = writer.type(new int[] {I32, I64, I32, F64}, I64);
        for (int i = 0; i < count; i++) {
            writer.function(type, join(bytes(0x20, 0, 0x42), signed(i), bytes(0x7C)));
        }
        writer.function(other, bytes(0x41, 0));
        writer.table();
        int call =
                writer.function(caller, join(bytes(0x20, 1, 0x20, 2, 0x20, 3, 0x20, 0, 0x11), number(type), number(0)));
        writer.export("call", call);
        return writer.module();
    }

    private static CoreInstance instance(int count, Strategy strategy) {
        return ENGINE.compile(module(count), strategy).instantiate(List.of(), LIMITS);
    }

    /** Below and above what one method of Endive's holds, and where it begins to use classes of their own. */
    @ParameterizedTest
    @ValueSource(ints = {400, 700, 1_024, 1_025, 5_000})
    void everyFunctionIsCalledByItsPlaceInTheTable(int count) throws Throwable {
        CoreInstance instance = instance(count, Strategy.OPTIMIZED);

        for (int element = 0; element < count; element++) {
            assertThat(call(instance, "call", element, 1L << 40, 7, 0.5)).isEqualTo((1L << 40) + element);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 1_025})
    void aFunctionOfAnotherTypeAndAPlaceOutsideTrap(int count) {
        for (Strategy strategy : List.of(Strategy.OPTIMIZED, Strategy.BASELINE)) {
            CoreInstance instance = instance(count, strategy);

            assertThat(trap(instance, count)).isEqualTo(CoreTrap.Kind.INDIRECT_CALL);
            assertThat(trap(instance, count + 1)).isEqualTo(CoreTrap.Kind.TABLE_OUT_OF_BOUNDS);
            assertThat(trap(instance, -1)).isEqualTo(CoreTrap.Kind.TABLE_OUT_OF_BOUNDS);
        }
    }

    private static CoreTrap.Kind trap(CoreInstance instance, int element) {
        Throwable thrown = catchThrowable(() -> call(instance, "call", element, 1L, 7, 0.5));
        return Objects.requireNonNull(ENGINE.trap(thrown)).kind();
    }

    /** HotSpot leaves methods of more than 8,000 bytes to its interpreter. */
    @Test
    void noMethodThatDispatchesCallsIsTooLargeForHotSpot() {
        byte[] wasm = module(5_000);
        CompiledModuleFile file = CompiledModuleFile.read(
                Objects.requireNonNull(ENGINE.compile(wasm, Strategy.OPTIMIZED).serialize()), wasm);

        for (String name : file.classNames()) {
            for (var method : ClassFile.of().parse(file.classFile(name)).methods()) {
                if (method.code().orElse(null) instanceof CodeAttribute code) {
                    assertThat(code.codeLength())
                            .as("%s.%s", name, method.methodName())
                            .isLessThan(8_000);
                }
            }
        }
    }
}
