package io.torvyn.engine.endive;

import static io.torvyn.engine.endive.Fixture.ENGINE;
import static io.torvyn.engine.endive.Fixture.call;
import static io.torvyn.engine.endive.Fixture.export;
import static io.torvyn.engine.endive.Fixture.instance;
import static io.torvyn.engine.endive.Fixture.module;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.torvyn.component.spi.CoreEngine.Strategy;
import io.torvyn.component.spi.CoreInstance;
import io.torvyn.component.spi.CoreLimits;
import io.torvyn.component.spi.CoreMemory;
import io.torvyn.component.spi.CoreTrap;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The last byte of a memory can be reached, and the one after it cannot, however its address comes about. */
class AddressesTest {
    private static final long TWO_GIB = 1L << 31;
    private static final int PAGE = 1 << 16;

    private static void traps(CoreInstance instance, String function, Object... arguments) {
        CoreTrap trap = Objects.requireNonNull(ENGINE.trap(catchThrowable(() -> call(instance, function, arguments))));
        assertThat(trap.kind()).as(function).isEqualTo(CoreTrap.Kind.MEMORY_OUT_OF_BOUNDS);
    }

    @ParameterizedTest
    @CsvSource({
        "load8, 65536, 1", "load16, 65536, 2", "load32, 65536, 4", "load64, 65536, 8", //
        "store8, 65536, 1", "store16, 65536, 2", "store32, 65536, 4", "store64, 65536, 8", //
        "load8-65535, 1, 1", "load64-65528, 8, 8"
    })
    void theLastValueIsReachedAndNoneBeyondIt(String function, int end, int width) throws Throwable {
        for (Strategy strategy : List.of(Strategy.OPTIMIZED, Strategy.BASELINE)) {
            var instance = instance("addresses", strategy);

            assertThat(call(instance, function, end - width)).isEqualTo(0);
            for (int address :
                    new int[] {end - width + 1, end, Integer.MAX_VALUE, Integer.MIN_VALUE, -1, -width, -PAGE, -PAGE - 1
                    }) {
                traps(instance, function, address);
            }
        }
    }

    /** The sum of address and offset has 33 bits. */
    @ParameterizedTest
    @CsvSource({"load8-max", "load64-max", "load8-half", "store64-max"})
    void aSumBeyond32BitsDoesNotComeBackToTheBeginning(String function) {
        for (Strategy strategy : List.of(Strategy.OPTIMIZED, Strategy.BASELINE)) {
            var instance = instance("addresses", strategy);
            for (int address : new int[] {0, 1, 2, 8, PAGE, Integer.MAX_VALUE, Integer.MIN_VALUE, -1, -2}) {
                traps(instance, function, address);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"OPTIMIZED", "BASELINE"})
    void whatIsFilledOrCopiedEndsWithMemory(Strategy strategy) throws Throwable {
        var instance = instance("addresses", strategy);

        assertThat(call(instance, "fill", PAGE - 2, 2)).isEqualTo(0);
        assertThat(call(instance, "load16", PAGE - 2)).isEqualTo(0x0707);
        assertThat(call(instance, "fill", PAGE, 0)).isEqualTo(0);
        assertThat(call(instance, "copy", PAGE - 8, 0, 8)).isEqualTo(0);
        traps(instance, "fill", PAGE - 2, 3);
        traps(instance, "fill", PAGE + 1, 0);
        traps(instance, "fill", -1, 2);
        traps(instance, "fill", 8, -1);
        traps(instance, "fill", -8, 16);
        traps(instance, "copy", PAGE - 8, 0, 9);
        traps(instance, "copy", 0, PAGE - 8, 9);
        traps(instance, "copy", 0, -8, 16);
        traps(instance, "copy", 0, 8, -1);
        traps(instance, "copy", Integer.MIN_VALUE, 0, Integer.MIN_VALUE);
    }

    /** Needs some 5 GiB of heap: {@code -DargLine=-Xmx6g -Dtorvyn.test.large-memory=true}. */
    @ParameterizedTest
    @EnumSource(names = {"OPTIMIZED", "BASELINE"})
    @EnabledIfSystemProperty(named = "torvyn.test.large-memory", matches = "true")
    void aMemoryGrowsToTheLastPageBelowTwoGibibytes(Strategy strategy) throws Throwable {
        var instance = module("addresses", strategy).instantiate(List.of(), new CoreLimits(TWO_GIB, 1));
        int pages = (int) (TWO_GIB / PAGE) - 1;
        int end = pages * PAGE;

        assertThat(call(instance, "grow", pages - 1)).isEqualTo(1);
        assertThat(call(instance, "grow", 1)).isEqualTo(-1);
        assertThat(call(instance, "size")).isEqualTo(pages);
        assertThat(export(instance, "memory", CoreMemory.class).byteSize()).isEqualTo(TWO_GIB - PAGE);
        assertThat(call(instance, "store8", end - 1)).isEqualTo(0);
        assertThat(call(instance, "load8", end - 1)).isEqualTo(1);
        assertThat(call(instance, "store64", end - 8)).isEqualTo(0);
        assertThat(call(instance, "load64", end - 8)).isEqualTo(1);
        assertThat(call(instance, "load8-65535", end - PAGE)).isEqualTo(0);
        assertThat(call(instance, "fill", end - 2, 2)).isEqualTo(0);
        for (int beyond : new int[] {end, end + 1, Integer.MAX_VALUE, Integer.MIN_VALUE, -1, -8}) {
            traps(instance, "load8", beyond);
            traps(instance, "store64", beyond);
        }
        traps(instance, "load64", end - 7);
        traps(instance, "store16", end - 1);
        traps(instance, "load8-65535", end - PAGE + 1);
        traps(instance, "load8-half", 0);
        traps(instance, "load8-max", end - 1);
        traps(instance, "load64-max", end - 8);
        traps(instance, "fill", end - 1, 2);
        traps(instance, "copy", 0, 1, end);
    }
}
