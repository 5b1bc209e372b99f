package io.torvyn.engine.endive;

import static io.torvyn.engine.endive.Fixture.ENGINE;
import static io.torvyn.engine.endive.Fixture.LIMITS;
import static io.torvyn.engine.endive.Fixture.call;
import static io.torvyn.engine.endive.Fixture.export;
import static io.torvyn.engine.endive.Fixture.function;
import static io.torvyn.engine.endive.Fixture.instance;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.torvyn.component.spi.CoreEngine.Strategy;
import io.torvyn.component.spi.CoreGlobal;
import io.torvyn.component.spi.CoreInstance;
import io.torvyn.component.spi.CoreLimits;
import io.torvyn.component.spi.CoreLinkException;
import io.torvyn.component.spi.CoreMemory;
import io.torvyn.component.spi.CoreTable;
import io.torvyn.component.spi.CoreTrap;
import io.torvyn.component.spi.CoreTrap.Kind;
import io.torvyn.component.spi.CoreType;
import io.torvyn.component.spi.HostFunction;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Memories, tables and globals: what an instance owns, what instances share, and where it ends. */
class InstancesTest {
    private static String text(CoreMemory memory, int address, int length) {
        byte[] bytes = new byte[length];
        memory.read(address, bytes, 0, length);
        return new String(bytes, US_ASCII);
    }

    private static Kind trapAt(org.assertj.core.api.ThrowableAssert.ThrowingCallable code) {
        CoreTrap trap = ENGINE.trap(Objects.requireNonNull(catchThrowable(code)));
        return Objects.requireNonNull(trap).kind();
    }

    @ParameterizedTest
    @EnumSource
    void instancesOfAModuleShareNothing(Strategy strategy) throws Throwable {
        var module = Fixture.module("memory", strategy);
        var one = module.instantiate(List.of(), LIMITS);
        var two = module.instantiate(List.of(), LIMITS);
        call(one, "store", 64, 77L);
        call(one, "next");

        assertThat(call(one, "next")).isEqualTo(2);
        assertThat(call(two, "next")).isEqualTo(1);
        assertThat(call(two, "load", 64)).isEqualTo(0L);
        assertThat(text(export(two, "memory", CoreMemory.class), 16, 5)).isEqualTo("hello");
    }

    @ParameterizedTest
    @EnumSource
    void memoryGrowsUpToTheModulesMaximum(Strategy strategy) throws Throwable {
        var instance = instance("memory", strategy);
        var memory = export(instance, "memory", CoreMemory.class);
        call(instance, "store", 65528, -1L);

        assertThat(call(instance, "grow", 2)).isEqualTo(1);
        assertThat(call(instance, "size")).isEqualTo(3);
        assertThat(memory.byteSize()).isEqualTo(3 * 65536);
        assertThat(instance.memoryBytes()).isEqualTo(3 * 65536);
        assertThat(memory.readLong(65528)).isEqualTo(-1);
        assertThat(memory.readLong(3 * 65536 - 8)).isZero();
        assertThat(call(instance, "grow", 2)).isEqualTo(-1);
        assertThat(call(instance, "grow", -1)).isEqualTo(-1);
        assertThat(call(instance, "grow", 1)).isEqualTo(3);
        assertThat(call(instance, "grow", 0)).isEqualTo(4);
    }

    @ParameterizedTest
    @EnumSource
    void memoryDoesNotGrowBeyondTheHostsLimit(Strategy strategy) throws Throwable {
        var instance = Fixture.module("memory", strategy).instantiate(List.of(), new CoreLimits(2 * 65536, 10));

        assertThat(call(instance, "grow", 2)).isEqualTo(-1);
        assertThat(call(instance, "grow", 1)).isEqualTo(1);
        assertThat(call(instance, "grow", 1)).isEqualTo(-1);
        assertThat(call(instance, "size")).isEqualTo(2);
    }

    @Test
    void aMemoryThatStartsBeyondTheLimitTrapsWithBothNumbers() {
        for (String name : List.of("large-memory", "memory")) {
            var module = Fixture.module(name, Strategy.BASELINE);
            Throwable thrown = catchThrowable(() -> module.instantiate(List.of(), new CoreLimits(1000, 10)));

            assertThat(ENGINE.trap(thrown)).satisfies(trap -> {
                assertThat(trap.kind()).isEqualTo(Kind.MEMORY_LIMIT);
                assertThat(trap.attempted()).isEqualTo(name.equals("memory") ? 65536 : 1L << 32);
                assertThat(trap.limit()).isEqualTo(1000);
                assertThat(trap.detail()).contains(trap.attempted() + " bytes", "limit is 1000");
            });
        }
    }

    @Test
    void aMemoryOfFourGibibytesIsALimitToo() {
        var module = Fixture.module("large-memory", Strategy.BASELINE);

        assertThat(trapAt(() -> module.instantiate(List.of(), new CoreLimits(Long.MAX_VALUE, 10))))
                .isEqualTo(Kind.MEMORY_LIMIT);
    }

    @Test
    void aTableThatStartsBeyondTheLimitTrapsWithBothNumbers() {
        Throwable thrown = catchThrowable(() -> instance("large-table", Strategy.BASELINE));

        assertThat(ENGINE.trap(thrown)).satisfies(trap -> {
            assertThat(trap.kind()).isEqualTo(Kind.TABLE_LIMIT);
            assertThat(trap.attempted()).isEqualTo(100_000);
            assertThat(trap.limit()).isEqualTo(10_000);
        });
    }

    @ParameterizedTest
    @EnumSource
    void tablesGrowForOneInstanceOnlyAndWithinTheLimit(Strategy strategy) throws Throwable {
        var module = Fixture.module("traps", strategy);
        var one = module.instantiate(List.of(), LIMITS);
        assertThat(call(one, "table-grow", 2)).isEqualTo(2);
        assertThat(call(one, "table-grow", 1)).isEqualTo(-1);
        assertThat(call(one, "table-size")).isEqualTo(4);

        var two = module.instantiate(List.of(), new CoreLimits(65536, 4));
        assertThat(call(two, "table-size")).isEqualTo(2);
        assertThat(call(two, "table-grow", -1)).isEqualTo(-1);
    }

    @ParameterizedTest
    @EnumSource
    void hostAndGuestSeeTheSameBytes(Strategy strategy) throws Throwable {
        var instance = instance("memory", strategy);
        var memory = export(instance, "memory", CoreMemory.class);
        memory.writeLong(100, 0x0102030405060708L);
        memory.writeInt(108, -2);
        memory.writeShort(112, (short) -3);
        memory.writeByte(114, (byte) -4);
        memory.write(200, "bytes".getBytes(US_ASCII), 1, 3);

        assertThat(call(instance, "load", 100)).isEqualTo(0x0102030405060708L);
        assertThat(memory.readByte(100)).isEqualTo((byte) 8);
        assertThat(memory.readInt(108)).isEqualTo(-2);
        assertThat(memory.readShort(112)).isEqualTo((short) -3);
        assertThat(memory.readByte(114)).isEqualTo((byte) -4);
        assertThat(text(memory, 199, 5)).isEqualTo("\0yte\0");
        call(instance, "fill", 0, 0x141, 16);
        call(instance, "copy", 8, 4, 16);
        assertThat(text(memory, 0, 30)).isEqualTo("A".repeat(20) + "hell" + "\0".repeat(6));
    }

    @Test
    void theHostCannotReachOutsideEither() {
        var memory = export(instance("memory", Strategy.BASELINE), "memory", CoreMemory.class);
        byte[] bytes = new byte[8];

        memory.check(65536, 0);
        assertThat(trapAt(() -> memory.check(65536, 1))).isEqualTo(Kind.MEMORY_OUT_OF_BOUNDS);
        assertThat(trapAt(() -> memory.check(-1, 0))).isEqualTo(Kind.MEMORY_OUT_OF_BOUNDS);
        assertThat(trapAt(() -> memory.check(0, -1))).isEqualTo(Kind.MEMORY_OUT_OF_BOUNDS);
        assertThat(trapAt(() -> memory.read(65530, bytes, 0, 8))).isEqualTo(Kind.MEMORY_OUT_OF_BOUNDS);
        assertThat(trapAt(() -> memory.write(65530, bytes, 0, 8))).isEqualTo(Kind.MEMORY_OUT_OF_BOUNDS);
        assertThat(trapAt(() -> memory.readInt(-4))).isEqualTo(Kind.MEMORY_OUT_OF_BOUNDS);
        assertThat(trapAt(() -> memory.writeByte(65536, (byte) 0))).isEqualTo(Kind.MEMORY_OUT_OF_BOUNDS);
        // A host's own mistake is not the guest's.
        assertThatThrownBy(() -> memory.read(0, bytes, 4, 8))
                .isInstanceOf(IndexOutOfBoundsException.class)
                .satisfies(e -> assertThat(ENGINE.trap(e)).isNull());
    }

    @ParameterizedTest
    @EnumSource
    void segmentsBelongToTheInstanceThatExecutes(Strategy strategy) throws Throwable {
        var owner = instance("memory", strategy);
        var memory = export(owner, "memory", CoreMemory.class);
        CoreGlobal at = export(instance("at", strategy), "at", CoreGlobal.class);
        var one = instance("segments", strategy, memory, at);
        var two = instance("segments-other", strategy, memory);

        call(one, "init", 200, 2, 3);
        call(two, "init", 300, 2, 3);
        call(one, "drop");
        call(two, "init", 304, 0, 3);

        assertThat(text(memory, 100, 6)).isEqualTo("active");
        assertThat(text(memory, 200, 3)).isEqualTo("234");
        assertThat(text(memory, 300, 7)).isEqualTo("cde\0abc");
        assertThat(trapAt(() -> call(one, "init", 0, 0, 1))).isEqualTo(Kind.MEMORY_OUT_OF_BOUNDS);
        assertThat(trapAt(() -> call(one, "init-active"))).isEqualTo(Kind.MEMORY_OUT_OF_BOUNDS);
        assertThat(one.memoryBytes()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void growthIsSeenByEverybodyWhoSharesTheMemory(Strategy strategy) throws Throwable {
        var owner = instance("memory", strategy);
        var memory = export(owner, "memory", CoreMemory.class);
        var guest = instance("segments", strategy, memory, export(instance("at", strategy), "at", CoreGlobal.class));
        var seenByGuest = export(guest, "memory", CoreMemory.class);

        assertThat(call(guest, "grow")).isEqualTo(1);
        call(owner, "store", 70_000, 9L);

        assertThat(memory.byteSize()).isEqualTo(2 * 65536);
        assertThat(seenByGuest.readLong(70_000)).isEqualTo(9);
        assertThat(owner.memoryBytes()).isEqualTo(2 * 65536);
    }

    @ParameterizedTest
    @EnumSource
    void aModuleMayHaveSeveralMemories(Strategy strategy) throws Throwable {
        var instance = instance("several-memories", strategy);
        var one = export(instance, "one", CoreMemory.class);
        var two = export(instance, "two", CoreMemory.class);

        assertThat(text(one, 8, 3)).isEqualTo("one");
        assertThat(text(two, 8, 3)).isEqualTo("two");
        assertThat(call(instance, "load", 8)).isEqualTo('o' - 't');
        call(instance, "store-two", 8, 0);
        assertThat(call(instance, "load", 8)).isEqualTo((int) 'o');
        call(instance, "init-two");
        call(instance, "fill-two");
        call(instance, "copy");
        assertThat(text(two, 100, 4)).isEqualTo("both");
        assertThat(text(one, 300, 4)).isEqualTo("both");
        assertThat(two.readInt(200)).isEqualTo(0x07070707);
        assertThat(one.readInt(200)).isZero();
        assertThat(call(instance, "grow-two", 2)).isEqualTo(1);
        assertThat(call(instance, "grow-two", 1)).isEqualTo(-1);
        assertThat(call(instance, "sizes")).isEqualTo(31);
        assertThat(trapAt(() -> call(instance, "store-two", 3 * 65536 - 3, 0))).isEqualTo(Kind.MEMORY_OUT_OF_BOUNDS);
        assertThat(instance.memoryBytes()).isEqualTo(4 * 65536);
    }

    @ParameterizedTest
    @EnumSource
    void segmentsOutsideTrapAtInstantiation(Strategy strategy) {
        assertThat(trapAt(() -> instance("data-outside", strategy))).isEqualTo(Kind.MEMORY_OUT_OF_BOUNDS);
        assertThat(trapAt(() -> instance("elements-outside", strategy))).isEqualTo(Kind.TABLE_OUT_OF_BOUNDS);
    }

    /** What main.wat imports, as a host that finds main's memory when it is called. */
    private static final class Log {
        static final MethodHandle LOG = find("log", MethodType.methodType(void.class, int.class, int.class));
        static final MethodHandle READ = find("read", MethodType.methodType(int.class, int.class));
        static final MethodHandle STARTED = find("started", MethodType.methodType(void.class));

        CoreMemory memory;
        String logged = "";
        int starts;

        private static MethodHandle find(String name, MethodType type) {
            try {
                return MethodHandles.lookup().findVirtual(Log.class, name, type);
            } catch (ReflectiveOperationException e) {
                throw new AssertionError(e);
            }
        }

        void log(int address, int length) {
            logged += text(memory, address, length);
        }

        int read(int value) {
            return value * 2;
        }

        void started() {
            starts++;
        }
    }

    private static HostFunction host(MethodHandle target, Object receiver, int parameters, int results) {
        return new HostFunction(
                new CoreType.Function(
                        java.util.Collections.nCopies(parameters, CoreType.Value.I32),
                        java.util.Collections.nCopies(results, CoreType.Value.I32)),
                target,
                receiver);
    }

    @ParameterizedTest
    @EnumSource
    void shimAndFixupModulesLinkAsWitComponentMakesThem(Strategy strategy) throws Throwable {
        var host = new Log();
        CoreInstance shim = instance("shim", strategy);
        CoreInstance main = instance("main", strategy, function(shim, "0"), function(shim, "1"));
        host.memory = export(main, "memory", CoreMemory.class);
        assertThat(trapAt(() -> call(main, "run", 1))).isEqualTo(Kind.INDIRECT_CALL); // nothing in the table yet

        var table = export(shim, "$imports", CoreTable.class);
        instance("fixup", strategy, host(Log.LOG, host, 2, 0), host(Log.READ, host, 1, 1), table);

        assertThat(call(main, "run", 21)).isEqualTo(42);
        assertThat(host.logged).isEqualTo("written by main");
        assertThat(table.size()).isEqualTo(2);
    }

    private static CoreInstance linked(Strategy strategy, String shimName, String fixupName, Log host) {
        CoreInstance shim = instance(shimName, strategy);
        CoreInstance main = instance("main", strategy, function(shim, "0"), function(shim, "1"));
        host.memory = export(main, "memory", CoreMemory.class);
        fill(strategy, fixupName, shim, host);
        return main;
    }

    private static void fill(Strategy strategy, String fixupName, CoreInstance shim, Log host) {
        var table = export(shim, "$imports", CoreTable.class);
        instance(fixupName, strategy, host(Log.LOG, host, 2, 0), host(Log.READ, host, 1, 1), table);
    }

    @ParameterizedTest
    @EnumSource
    void aShimsFunctionsFollowItsTable(Strategy strategy) throws Throwable {
        var first = new Log();
        var second = new Log();
        CoreInstance shim = instance("shim", strategy);
        CoreInstance main = instance("main", strategy, function(shim, "0"), function(shim, "1"));
        first.memory = export(main, "memory", CoreMemory.class);
        second.memory = first.memory;
        fill(strategy, "fixup", shim, first);
        call(main, "run", 1);
        call(main, "run", 1);
        fill(strategy, "fixup", shim, second);

        call(main, "run", 1);

        assertThat(first.logged).isEqualTo("written by main".repeat(2));
        assertThat(second.logged).isEqualTo("written by main");
    }

    @ParameterizedTest
    @EnumSource
    void aShimAndItsFixupMayNumberTheirTypesDifferently(Strategy strategy) throws Throwable {
        var host = new Log();

        assertThat(call(linked(strategy, "shim", "fixup-renumbered", host), "run", 21))
                .isEqualTo(42);
        assertThat(host.logged).isEqualTo("written by main");
    }

    @ParameterizedTest
    @EnumSource
    void aShimsFunctionOfAnotherTypeTraps(Strategy strategy) {
        CoreInstance main = linked(strategy, "shim", "fixup-swapped", new Log());

        assertThat(trapAt(() -> call(main, "run", 1))).isEqualTo(Kind.INDIRECT_CALL);
    }

    @ParameterizedTest
    @EnumSource
    void aFunctionThatOnlyLooksLikeAShimsDoesItsOwnWork(Strategy strategy) throws Throwable {
        var host = new Log();

        assertThat(call(linked(strategy, "almost-shim", "fixup", host), "run", 21))
                .isEqualTo(43);
        assertThat(host.logged).isEqualTo(" by main");
    }

    @Test
    void strategiesMixInOneTable() throws Throwable {
        var host = new Log();
        CoreInstance shim = instance("shim", Strategy.OPTIMIZED);
        CoreInstance main = instance("main", Strategy.BASELINE, function(shim, "0"), function(shim, "1"));
        host.memory = export(main, "memory", CoreMemory.class);
        instance(
                "fixup",
                Strategy.BASELINE,
                host(Log.LOG, host, 2, 0),
                host(Log.READ, host, 1, 1),
                export(shim, "$imports", CoreTable.class));

        assertThat(call(main, "run", 4)).isEqualTo(8);
    }

    @ParameterizedTest
    @EnumSource
    void startSectionsRunButExportsCalledStartDoNot(Strategy strategy) {
        var host = new Log();
        instance("start", strategy, host(Log.STARTED, host, 0, 0));

        assertThat(host.starts).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource
    void functionsWithSeveralResultsCrossBetweenModulesOnly(Strategy strategy) throws Throwable {
        var multi = instance("multi", strategy);
        var two = function(multi, "two");
        var takes = instance("takes-two", strategy, two);

        assertThat(call(takes, "sum")).isEqualTo(3L);
        assertThatThrownBy(two::handle).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> function(multi, "reference").handle()).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void whatDoesNotFitDoesNotLink() {
        CoreInstance at = instance("at", Strategy.BASELINE);
        CoreInstance owner = instance("memory", Strategy.BASELINE);
        var memory = export(owner, "memory", CoreMemory.class);
        var i64 = export(at, "var", CoreGlobal.class);
        var module = Fixture.module("segments", Strategy.BASELINE);

        assertThatThrownBy(() -> module.instantiate(List.of(memory, i64), LIMITS))
                .isInstanceOf(CoreLinkException.class)
                .hasMessageContaining("import \"env\" \"at\"");
        assertThatThrownBy(() -> module.instantiate(List.of(i64, memory), LIMITS))
                .isInstanceOf(CoreLinkException.class)
                .hasMessageContaining("import \"env\" \"memory\"");
        assertThat(at.export("nothing")).isNull();
    }

    @Test
    void aModuleIsInstantiatedByManyThreads() throws Exception {
        var module = Fixture.module("memory", Strategy.OPTIMIZED);
        try (var threads = Executors.newFixedThreadPool(4)) {
            Callable<Object> task = () -> {
                var instance = module.instantiate(List.of(), LIMITS);
                try {
                    for (int i = 0; i < 1000; i++) {
                        call(instance, "next");
                    }
                    call(instance, "grow", 1);
                    return call(instance, "next");
                } catch (Throwable e) {
                    throw new AssertionError(e);
                }
            };
            for (var result : threads.invokeAll(java.util.Collections.nCopies(16, task))) {
                assertThat(result.get()).isEqualTo(1001);
            }
        }
    }
}
