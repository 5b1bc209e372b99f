package io.torvyn.engine.endive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torvyn.component.CompiledCode;
import io.torvyn.component.Component;
import io.torvyn.component.EngineException;
import io.torvyn.component.EngineFailure;
import io.torvyn.component.ExportedInstance;
import io.torvyn.component.GuestResource;
import io.torvyn.component.HostInstance;
import io.torvyn.component.HostItem;
import io.torvyn.component.HostResource;
import io.torvyn.component.Imports;
import io.torvyn.component.Instance;
import io.torvyn.component.InstanceOptions;
import io.torvyn.component.Lowering;
import io.torvyn.component.Value;
import io.torvyn.component.spi.CoreEngine.Strategy;
import io.torvyn.component.spi.CoreLimits;
import io.torvyn.contracts.FunctionType;
import io.torvyn.contracts.ResourceType;
import io.torvyn.contracts.ValueType;
import io.torvyn.contracts.ValueType.Primitive;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Components at work: Explainer.md, "Instance Definitions", with the fixtures of the component module. */
class ComponentInstantiationTest {
    private static final InstanceOptions OPTIONS = new InstanceOptions("component-1 ('test')", Fixture.LIMITS);
    private static final Imports NOTHING = new Imports();

    private static byte[] bytes(String name) {
        try {
            return Files.readAllBytes(Path.of("../component/src/test/fixtures/valid", name + ".wasm"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Component load(String name, Strategy strategy) {
        return Component.load(bytes(name), name, Fixture.ENGINE, strategy);
    }

    private static Instance instance(String name, Strategy strategy, Imports imports) {
        return load(name, strategy).instantiate(imports, OPTIONS);
    }

    private static @Nullable Value call(Instance instance, String function, Value... arguments) {
        return instance.exportedFunction(function)
                .orElseThrow()
                .call(List.of(arguments))
                .orElse(null);
    }

    private static @Nullable Value call(ExportedInstance instance, String function, Value... arguments) {
        return instance.function(function)
                .orElseThrow()
                .call(List.of(arguments))
                .orElse(null);
    }

    private static FunctionType type(@Nullable ValueType result, Object... namesAndTypes) {
        List<ValueType.Field> parameters = new ArrayList<>();
        for (int i = 0; i < namesAndTypes.length; i += 2) {
            parameters.add(new ValueType.Field((String) namesAndTypes[i], (ValueType) namesAndTypes[i + 1]));
        }
        return new FunctionType(parameters, Optional.ofNullable(result));
    }

    private static HostItem function(FunctionType type, Function<List<Value>, @Nullable Value> body) {
        return new HostItem.Function(
                type, Lowering.dynamic(type, arguments -> Optional.ofNullable(body.apply(arguments))));
    }

    private static Imports names(String version) {
        return new Imports()
                .add(new HostInstance(
                        "test:host/names@" + version,
                        Map.of(
                                "title",
                                function(
                                        type(Primitive.STRING, "name", Primitive.STRING),
                                        arguments ->
                                                new Value.Str("Dr. " + ((Value.Str) arguments.getFirst()).value())),
                                "count",
                                function(type(Primitive.U32), _ -> new Value.U32(3)))));
    }

    @ParameterizedTest
    @EnumSource(Strategy.class)
    void aBuiltInForAsynchronyTrapsWithItsName(Strategy strategy) {
        Instance instance = instance("waitable-set", strategy, NOTHING);

        assertThatThrownBy(() -> call(instance, "make"))
                .hasMessageStartingWith("[E0804] Component component-1 ('test') trapped: canon waitable-set.new is not"
                        + " supported during 'make'");
    }

    /** CanonicalABI.md: every built-in begins with {@code trap_if(not inst.may_leave)}. */
    @ParameterizedTest
    @EnumSource(Strategy.class)
    void aBuiltInCannotBeCalledFromRealloc(Strategy strategy) {
        Instance instance = instance("waitable-set", strategy, NOTHING);

        assertThatThrownBy(() -> call(instance, "take", new Value.Str("x")))
                .hasMessageContaining("cannot leave component instance");
    }

    @Test
    void anAsyncFunctionLinksAndIsRefusedByNameWhenItIsCalled() {
        Instance instance = instance("async-export", Strategy.BASELINE, NOTHING);

        assertThatThrownBy(() -> call(instance, "f", new Value.U32(1)))
                .isInstanceOfSatisfying(
                        EngineException.class, e -> assertThat(e.failure()).isInstanceOf(EngineFailure.Trap.class))
                .hasMessageContaining(
                        "canon lift of an asynchronous function, async func(x: u32) -> u32, is not supported");
    }

    @Test
    void aFunctionOverStreamsLinks() {
        var imports = new Imports().add("f", new HostItem.Untyped(_ -> Optional.empty()));

        assertThat(instance("stream-import", Strategy.BASELINE, imports).isFinished())
                .isFalse();
    }

    /** CanonicalABI.md, "canon context.get": the storage is that of the call's own thread. */
    @ParameterizedTest
    @EnumSource(Strategy.class)
    void contextSlotsLastForOneCallAndItsPostReturn(Strategy strategy) {
        Instance instance = instance("task-builtins", strategy, NOTHING);

        assertThat(call(instance, "set", new Value.U32(42))).isEqualTo(new Value.U32(42));
        assertThat(call(instance, "kept")).isEqualTo(new Value.U32(42));
        assertThat(call(instance, "get")).isEqualTo(new Value.U32(0));
    }

    /** CanonicalABI.md, "reallocate". */
    @ParameterizedTest
    @EnumSource(Strategy.class)
    void eachReallocHasContextSlotsOfItsOwn(Strategy strategy) {
        Instance instance = instance("task-builtins", strategy, NOTHING);

        assertThat(call(instance, "take", new Value.Str("a"), new Value.Str("b")))
                .isEqualTo(new Value.U32(0));
    }

    @ParameterizedTest
    @CsvSource({"down", "up", "self"})
    void aComponentDoesNotCallWhatItContainsOrIsContainedIn(String function) {
        Instance instance = instance("parent-and-child", Strategy.BASELINE, NOTHING);

        assertThatThrownBy(() -> call(instance, function))
                .hasMessageContaining("[E0804]")
                .hasMessageContaining(
                        "cannot enter component instance: it contains its caller, or its caller contains it");
    }

    @Test
    void anInterfaceOfNothingButTypesNeedNotBeOffered() {
        Instance instance = instance("types-only", Strategy.BASELINE, NOTHING);

        assertThat(call(instance, "one")).isEqualTo(new Value.U32(1));
    }

    @ParameterizedTest
    @EnumSource(Strategy.class)
    void aTagIsKnownByWhatItIsAndNotByItsNumber(Strategy strategy) {
        Instance instance = instance("tags-by-number", strategy, NOTHING);

        for (String way : List.of("through-table", "through-import")) {
            assertThat(call(instance, way, new Value.S32(1))).isEqualTo(new Value.S32(101));
            assertThat(call(instance, way, new Value.S32(2))).isEqualTo(new Value.S32(202));
        }
    }

    @ParameterizedTest
    @EnumSource(Strategy.class)
    void aTagIsCaughtByWhoImportsThatVeryTag(Strategy strategy) {
        Instance instance = instance("tags", strategy, NOTHING);

        assertThat(call(instance, "one", new Value.S32(42))).isEqualTo(new Value.S32(42));
        assertThat(call(instance, "other", new Value.S32(42))).isEqualTo(new Value.S32(-1));
    }

    @Test
    void backpressureBelowZeroTraps() {
        Instance instance = instance("task-builtins", Strategy.BASELINE, NOTHING);
        call(instance, "set", new Value.U32(1));

        assertThatThrownBy(() -> call(instance, "too-few")).hasMessageContaining("backpressure counter underflow");
    }

    @ParameterizedTest
    @EnumSource(Strategy.class)
    void stringsTravelThroughTheGuestAndBack(Strategy strategy) {
        Instance instance = instance("strings", strategy, names("0.2.1"));

        assertThat(call(instance, "greet", new Value.Str("Grüße"))).isEqualTo(new Value.Str("Dr. Grüße"));
        assertThat(call(instance, "count")).isEqualTo(new Value.U32(3));
    }

    /** The guest adds up the addresses that it was given back: 16 for each call. */
    @Test
    void postReturnIsCalledOncePerCallWithTheResult() {
        Instance instance = instance("strings", Strategy.BASELINE, names("0.2.1"));
        call(instance, "greet", new Value.Str("a"));
        call(instance, "greet", new Value.Str("b"));

        assertThat(call(instance, "freed")).isEqualTo(new Value.U32(32));
    }

    @Test
    void instancesOfOneComponentShareNothing() {
        Component component = load("strings", Strategy.OPTIMIZED);
        Instance one = component.instantiate(names("0.2.1"), OPTIONS);
        Instance other = component.instantiate(names("0.2.1"), OPTIONS);
        call(one, "greet", new Value.Str("a"));

        assertThat(call(other, "freed")).isEqualTo(new Value.U32(0));
    }

    private static Imports reader(byte... content) {
        var result = new ValueType.ListType(Primitive.U8);
        return new Imports()
                .add(new HostInstance(
                        "test:host/reader@0.1.0",
                        Map.of("read", function(type(result, "at", Primitive.U32), arguments -> {
                            int at = (int) ((Value.U32) arguments.getFirst()).value();
                            return Value.ListValue.ofBytes(Arrays.copyOfRange(content, at, content.length));
                        }))));
    }

    @ParameterizedTest
    @EnumSource(Strategy.class)
    void importsThatNeedMemoryAreCalledThroughShimAndFixup(Strategy strategy) {
        Instance instance = instance("shim", strategy, reader((byte) 1, (byte) 20, (byte) 200));
        ExportedInstance sum = instance.exportedInstance("test:guest/sum@1.2.0").orElseThrow();

        assertThat(call(sum, "sum", new Value.U32(0))).isEqualTo(new Value.U32(221));
        assertThat(call(sum, "sum", new Value.U32(2))).isEqualTo(new Value.U32(200));
    }

    @Test
    void exportsAreFoundByCompatibleVersions() {
        Instance instance = instance("shim", Strategy.BASELINE, reader());

        assertThat(instance.exportedInstance("test:guest/sum")).isPresent();
        assertThat(instance.exportedInstance("test:guest/sum@1.0.0")).isPresent();
        assertThat(instance.exportedInstance("test:guest/sum@2.0.0")).isEmpty();
        assertThat(instance.exportedInstance("test:guest/sum")
                        .orElseThrow()
                        .function("sum")
                        .orElseThrow()
                        .name())
                .isEqualTo("test:guest/sum@1.2.0#sum");
    }

    /** A file of the host that counts how often it is dropped. */
    private static final class HostFile implements HostResource {
        private final long size;
        private int drops;

        HostFile(long size) {
            this.size = size;
        }

        @Override
        public void drop() {
            drops++;
        }
    }

    private static final ResourceType FILE = new ResourceType("file");
    private final List<HostFile> opened = new ArrayList<>();

    private Imports files() {
        var error = new ValueType.EnumType(List.of("missing", "denied"));
        var opening = new ValueType.ResultType(Optional.of(new ValueType.Own(FILE)), Optional.of(error));
        return new Imports()
                .add(new HostInstance(
                        "test:host/types@0.1.3",
                        Map.of(
                                "file",
                                new HostItem.Resource(FILE),
                                "[method]file.size",
                                function(
                                        type(Primitive.U64, "self", new ValueType.Borrow(FILE)),
                                        arguments -> new Value.U64(
                                                ((HostFile) ((Value.BorrowHandle) arguments.getFirst()).resource())
                                                        .size)),
                                "[static]file.count",
                                function(type(Primitive.U32), _ -> new Value.U32(opened.size())))))
                .add(new HostInstance(
                        "test:host/open@0.1.0",
                        Map.of("open", function(type(opening, "path-length", Primitive.U32), arguments -> {
                            long length = ((Value.U32) arguments.getFirst()).value();
                            if (length == 0) {
                                return Value.ResultValue.err(new Value.EnumValue("missing"));
                            }
                            var file = new HostFile(length);
                            opened.add(file);
                            return Value.ResultValue.ok(new Value.OwnHandle(file));
                        }))));
    }

    @ParameterizedTest
    @EnumSource(Strategy.class)
    void theGuestOwnsWhatItOpensAndDropsItOnce(Strategy strategy) {
        Instance instance = instance("imported-resource", strategy, files());

        assertThat(call(instance, "size-of", new Value.U32(77))).isEqualTo(new Value.U64(77));
        assertThat(opened).singleElement().extracting(file -> file.drops).isEqualTo(1);
        assertThat(instance.handles().size()).isZero();
    }

    @Test
    void aLentResourceIsNotDroppedByTheGuest() {
        Instance instance = instance("imported-resource", Strategy.BASELINE, files());
        var file = new HostFile(5);

        assertThat(call(instance, "lent-size", new Value.BorrowHandle(file))).isEqualTo(new Value.U64(5));
        assertThat(file.drops).isZero();
    }

    @Test
    void aGuestThatKeepsABorrowTrapsAndIsFinished() {
        Instance instance = instance("imported-resource", Strategy.BASELINE, files());

        assertThatThrownBy(() -> call(instance, "keep", new Value.BorrowHandle(new HostFile(5))))
                .hasMessageContaining("[E0804]")
                .hasMessageContaining("borrow handles still remain at the end of the call during 'keep'");
        assertThat(instance.isFinished()).isTrue();
    }

    @Test
    void anOwnedResourcePassesThroughAsTheSameObject() {
        Instance instance = instance("imported-resource", Strategy.BASELINE, files());
        var file = new HostFile(5);

        assertThat(call(instance, "pass", new Value.OwnHandle(file))).isEqualTo(new Value.OwnHandle(file));
        assertThat(file.drops).isZero();
    }

    @Test
    void aHandleThatIsGoneCannotBeDroppedAgain() {
        Instance instance = instance("imported-resource", Strategy.BASELINE, files());
        var file = new HostFile(5);

        assertThatThrownBy(() -> call(instance, "drop-twice", new Value.OwnHandle(file)))
                .hasMessageContaining("unknown handle index 1 during 'drop-twice'");
        assertThat(file.drops).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(Strategy.class)
    void theHostDropsAndLendsResourcesOfTheGuest(Strategy strategy) {
        ExportedInstance counters = instance("own-resource", strategy, NOTHING)
                .exportedInstance("test:guest/counters")
                .orElseThrow();
        var made = (Value.OwnHandle) call(counters, "[constructor]counter", new Value.U32(40));
        var counter = (GuestResource) made.resource();

        call(counters, "[method]counter.increment", new Value.BorrowHandle(counter));
        assertThat(call(counters, "[method]counter.increment", new Value.BorrowHandle(counter)))
                .isEqualTo(new Value.U32(42));
        assertThat(call(counters, "live")).isEqualTo(new Value.U32(1));
        counter.drop();
        assertThat(call(counters, "live")).isEqualTo(new Value.U32(0));
    }

    @Test
    void aGuestThatGetsItsOwnResourceBackSeesWhatItPutIn() {
        ExportedInstance counters = instance("own-resource", Strategy.BASELINE, NOTHING)
                .exportedInstance("test:guest/counters")
                .orElseThrow();
        Value made = call(counters, "[constructor]counter", new Value.U32(9));

        assertThat(call(counters, "consume", Objects.requireNonNull(made))).isEqualTo(new Value.U32(9));
        assertThat(call(counters, "live")).isEqualTo(new Value.U32(0));
    }

    @ParameterizedTest
    @EnumSource(Strategy.class)
    void nestedInstancesHaveStateOfTheirOwnAndCallEachOther(Strategy strategy) {
        Instance instance = instance("nested", strategy, NOTHING);

        assertThat(call(instance, "add-first", new Value.U32(1))).isEqualTo(new Value.U32(1));
        assertThat(call(instance, "add-second", new Value.U32(10))).isEqualTo(new Value.U32(10));
        assertThat(call(instance, "add-wrapped", new Value.U32(100))).isEqualTo(new Value.U32(100));
        assertThat(call(instance, "use-first", new Value.U32(2)))
                .as("1 + 2, and 7 by way of a resource of the first")
                .isEqualTo(new Value.U32(10));
        assertThat(call(instance, "add-second", new Value.U32(0))).isEqualTo(new Value.U32(10));
    }

    private static Imports mood(boolean calm) {
        return new Imports()
                .add(new HostInstance(
                        "test:host/mood", Map.of("calm", function(type(Primitive.BOOL), _ -> new Value.Bool(calm)))));
    }

    @Test
    void startFunctionsRunAndMayCallTheHost() {
        assertThat(instance("start", Strategy.BASELINE, mood(true)).isFinished())
                .isFalse();
    }

    @ParameterizedTest
    @EnumSource(Strategy.class)
    void aTrapInAStartFunctionIsE0802(Strategy strategy) {
        assertThatThrownBy(() -> instance("start", strategy, mood(false)))
                .isInstanceOfSatisfying(EngineException.class, e -> assertThat(e.failure())
                        .isInstanceOf(EngineFailure.InstantiationFailed.class))
                .hasMessageContaining("initialisation failed")
                .hasMessageContaining("unreachable");
    }

    @Test
    void aMemoryLargerThanAllowedIsE0802WithBothNumbers() {
        var small = new InstanceOptions("component-1 ('test')", new CoreLimits(1 << 15, 100));

        assertThatThrownBy(() -> load("strings", Strategy.BASELINE).instantiate(names("0.2.1"), small))
                .isInstanceOfSatisfying(EngineException.class, e -> assertThat(e.failure())
                        .isInstanceOf(EngineFailure.InstantiationFailed.class))
                .hasMessageContaining("65536")
                .hasMessageContaining("32768");
    }

    /** 2 to the 30th instances are asked for, by a file of some hundred bytes. */
    @Test
    void instantiationsThatMultiplyAreStopped() {
        assertThatThrownBy(() -> instance("doubling-instances", Strategy.BASELINE, NOTHING))
                .isInstanceOfSatisfying(EngineException.class, e -> assertThat(e.failure())
                        .isInstanceOf(EngineFailure.InstantiationFailed.class))
                .hasMessageContaining("more than 1000 instances");
    }

    @Test
    void aMissingInterfaceIsE0803WithItsName() {
        assertThatThrownBy(() -> instance("strings", Strategy.BASELINE, NOTHING))
                .isInstanceOf(EngineException.class)
                .extracting(e -> ((EngineException) e).failure())
                .isEqualTo(new EngineFailure.UnresolvedImport("component-1 ('test')", "test:host/names@0.2.1"));
    }

    @Test
    void anInterfaceOfAnIncompatibleVersionIsMissing() {
        assertThatThrownBy(() -> instance("strings", Strategy.BASELINE, names("0.3.0")))
                .extracting(e -> ((EngineException) e).failure())
                .isEqualTo(new EngineFailure.UnresolvedImport("component-1 ('test')", "test:host/names@0.2.1"));
    }

    @Test
    void aMissingFunctionIsE0803WithInterfaceAndName() {
        var imports = new Imports()
                .add(new HostInstance(
                        "test:host/names@0.2.1",
                        Map.of("count", function(type(Primitive.U32), _ -> new Value.U32(3)))));

        assertThatThrownBy(() -> instance("strings", Strategy.BASELINE, imports))
                .extracting(e -> ((EngineException) e).failure())
                .isEqualTo(new EngineFailure.UnresolvedImport("component-1 ('test')", "test:host/names@0.2.1#title"));
    }

    @Test
    void aMissingResourceIsE0803() {
        var imports = new Imports().add(new HostInstance("test:host/types@0.1.0", Map.of()));

        assertThatThrownBy(() -> instance("imported-resource", Strategy.BASELINE, imports))
                .extracting(e -> ((EngineException) e).failure())
                .isEqualTo(new EngineFailure.UnresolvedImport("component-1 ('test')", "test:host/types@0.1.0#file"));
    }

    @Test
    void aFunctionOfAnotherTypeIsE0807WithBothTypes() {
        var imports = new Imports()
                .add(new HostInstance(
                        "test:host/mood", Map.of("calm", function(type(Primitive.U32), _ -> new Value.U32(1)))));

        assertThatThrownBy(() -> instance("start", Strategy.BASELINE, imports))
                .isInstanceOfSatisfying(EngineException.class, e -> assertThat(e.failure())
                        .isInstanceOf(EngineFailure.TypeMismatch.class))
                .hasMessageContaining("'test:host/mood#calm'")
                .hasMessageContaining("expected func() -> bool, found func() -> u32");
    }

    @Test
    void aFunctionOverAnotherResourceIsE0807() {
        var imports = new Imports()
                .add(new HostInstance(
                        "test:host/types@0.1.0",
                        Map.of(
                                "file",
                                new HostItem.Resource(new ResourceType("file")),
                                "[method]file.size",
                                function(
                                        type(Primitive.U64, "self", new ValueType.Borrow(FILE)),
                                        _ -> new Value.U64(0)))));

        assertThatThrownBy(() -> instance("imported-resource", Strategy.BASELINE, imports))
                .hasMessageContaining("[E0807]")
                .hasMessageContaining("with another resource type of the same name");
    }

    @Test
    void codeKeptFromOneLoadingServesTheNext() {
        CompiledCode kept = load("shim", Strategy.OPTIMIZED).compiledCode();
        assertThat(kept.isEmpty()).isFalse();

        Instance instance = Component.load(
                        bytes("shim"),
                        "shim",
                        Fixture.ENGINE,
                        Strategy.OPTIMIZED,
                        CompiledCode.fromBytes(kept.toBytes()))
                .instantiate(reader((byte) 4, (byte) 5), OPTIONS);

        assertThat(call(instance.exportedInstance("test:guest/sum").orElseThrow(), "sum", new Value.U32(0)))
                .isEqualTo(new Value.U32(9));
    }
}
