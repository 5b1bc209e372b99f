package io.torvyn.engine.endive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torvyn.component.Component;
import io.torvyn.component.EngineException;
import io.torvyn.component.EngineFailure;
import io.torvyn.component.ExportedInstance;
import io.torvyn.component.HostItem;
import io.torvyn.component.HostResource;
import io.torvyn.component.Imports;
import io.torvyn.component.Instance;
import io.torvyn.component.InstanceOptions;
import io.torvyn.component.Value;
import io.torvyn.component.spi.CoreEngine.Strategy;
import io.torvyn.contracts.FunctionType;
import io.torvyn.contracts.ResourceType;
import io.torvyn.contracts.ValueType;
import io.torvyn.contracts.ValueType.Primitive;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Components of different files that import from each other, and what is exported without being touched. */
class LinkingTest {
    private static Component load(String name) {
        return Component.load(
                Path.of("../component/src/test/fixtures/valid", name + ".wasm"), Fixture.ENGINE, Strategy.BASELINE);
    }

    private static Instance instance(String name, Imports imports) {
        return load(name).instantiate(imports, InstanceOptions.named(name));
    }

    private static Optional<Value> call(Instance instance, String function, Value... arguments) {
        return instance.exportedFunction(function).orElseThrow().call(List.of(arguments));
    }

    private static Optional<Value> call(ExportedInstance instance, String function, Value... arguments) {
        return instance.function(function).orElseThrow().call(List.of(arguments));
    }

    private static ValueType.Field field(String name, ValueType type) {
        return new ValueType.Field(name, type);
    }

    private static Value u32(long value) {
        return new Value.U32(value);
    }

    @Test
    void oneComponentImportsWhatAnotherExports() {
        List<Value> printed = new ArrayList<>();
        HostItem print = HostItem.function(
                new FunctionType(List.of(field("line", Primitive.STRING)), Optional.empty()), arguments -> {
                    printed.addAll(arguments);
                    return Optional.empty();
                });
        Instance calculator = instance(
                "calculator",
                new Imports().addExports(instance("adder", new Imports())).add("print", print));

        assertThat(call(calculator, "sum", new Value.ListValue(List.of(u32(1), u32(20), u32(300)))))
                .contains(u32(321));
        assertThat(printed).containsExactly(new Value.Str("added up"));
    }

    @Test
    @Timeout(60)
    void aCallIsStoppedInTheComponentThatItHasGoneOnInto() throws Exception {
        Component endless = Component.load(
                Path.of("../component/src/test/fixtures/valid/endless.wasm"), Fixture.ENGINE, Strategy.OPTIMIZED);
        Component impatient = Component.load(
                Path.of("../component/src/test/fixtures/valid/impatient.wasm"), Fixture.ENGINE, Strategy.OPTIMIZED);
        Instance waiting = impatient.instantiate(
                new Imports().addExports(endless.instantiate(new Imports())), InstanceOptions.named("impatient"));
        var failed = new CompletableFuture<Throwable>();
        Thread runner = Thread.ofPlatform().daemon().start(() -> {
            try {
                call(waiting, "run");
            } catch (EngineException e) {
                failed.complete(e);
            }
        });

        waiting.cancel();
        runner.interrupt();

        assertThat(failed.get()).hasMessageContaining("E0425");
    }

    @Test
    void anInterfaceMayBeOfferedUnderAnotherName() {
        HostItem counters = instance("counters", new Imports()).exports().get("test:counters/counters");

        Instance counting = instance("counting", new Imports().add("test:counters/counters@1.0.0", counters));

        assertThat(call(counting, "count", u32(5), u32(3))).contains(u32(8));
    }

    /** CanonicalABI.md, "canon resource.drop": the destructor belongs to the instance that defines the resource. */
    @Test
    void aResourceThatAnotherComponentDropsIsDestroyedByItsOwn() {
        Instance counters = instance("counters", new Imports());
        Instance one = instance("counting", new Imports().addExports(counters));
        Instance other = instance("counting", new Imports().addExports(counters));

        assertThat(call(one, "count", u32(5), u32(3))).contains(u32(8));
        assertThat(call(other, "count", u32(1), u32(0))).contains(u32(1));
        assertThat(call(counters, "dropped")).contains(u32(2));
    }

    @Test
    void aTrapFinishesWhoeverWasCalledAndWhoeverCalled() {
        Instance counters = instance("counters", new Imports());
        Instance counting = instance("counting", new Imports().addExports(counters));
        Instance bystander = instance("counting", new Imports().addExports(counters));

        assertThatThrownBy(() -> call(counting, "count", u32(0), u32(0)))
                .hasMessageContaining("Component counters trapped: wasm `unreachable` instruction executed");

        assertThat(counters.isFinished()).isTrue();
        assertThat(counting.isFinished()).isTrue();
        assertThat(bystander.isFinished()).isFalse();
        assertThatThrownBy(() -> call(counters, "dropped")).hasMessageContaining("cannot enter component instance");
        assertThatThrownBy(() -> call(bystander, "count", u32(1), u32(1)))
                .hasMessageContaining("cannot enter component instance");
    }

    /** Two instances of one component have two resource types. */
    @Test
    void aFunctionOverTheResourceOfAnotherInstanceIsE0807() {
        var mixed = new HashMap<>(exported(instance("counters", new Imports())));
        mixed.put("next", exported(instance("counters", new Imports())).get("next"));

        assertThatThrownBy(() ->
                        instance("counting", new Imports().add("test:counters/counters", new HostItem.Instance(mixed))))
                .hasMessageContaining("[E0807]")
                .hasMessageContaining("with another resource type of the same name");
    }

    private static Map<String, HostItem> exported(Instance counters) {
        return counters.exportedInstance("test:counters/counters")
                .orElseThrow()
                .item()
                .items();
    }

    @Test
    void componentsAndCoreModulesAreExportedAndImported() {
        Instance assembly = instance("assembly", new Imports().addExports(instance("parts", new Imports())));

        assertThat(call(assembly, "nested")).contains(u32(7));
        assertThat(call(assembly, "direct")).contains(u32(7));
    }

    @Test
    void aComponentThatLacksWhatIsWantedOfItIsE0807() {
        var imports = new Imports()
                .addExports(instance("parts", new Imports()))
                .add("numbers", new HostItem.Nested(load("adder")));

        assertThatThrownBy(() -> instance("assembly", imports))
                .isInstanceOfSatisfying(EngineException.class, e -> assertThat(e.failure())
                        .isInstanceOf(EngineFailure.TypeMismatch.class))
                .hasMessageContaining("'numbers'")
                .hasMessageContaining("lacks the expected function \"number\"");
    }

    private static final ResourceType FILE = new ResourceType("file");

    private record File(List<String> events, String name) implements HostResource {
        @Override
        public void drop() {
            events.add("dropped " + name);
        }
    }

    private static Imports ofTheHost(List<String> events) {
        return new Imports()
                .add(
                        "greet",
                        HostItem.function(
                                new FunctionType(
                                        List.of(field("name", Primitive.STRING)), Optional.of(Primitive.STRING)),
                                arguments -> Optional.of(
                                        new Value.Str("Hello " + ((Value.Str) arguments.getFirst()).value()))))
                .add(
                        "total",
                        HostItem.function(
                                new FunctionType(
                                        List.of(field("numbers", new ValueType.ListType(Primitive.U16))),
                                        Optional.empty()),
                                arguments -> {
                                    events.add(arguments.toString());
                                    return Optional.empty();
                                }))
                .add(
                        "test:host/files",
                        new HostItem.Instance(Map.of(
                                "file",
                                new HostItem.Resource(FILE),
                                "open",
                                HostItem.function(
                                        new FunctionType(
                                                List.of(field("name", Primitive.STRING)),
                                                Optional.of(new ValueType.Own(FILE))),
                                        arguments -> Optional.of(new Value.OwnHandle(
                                                new File(events, ((Value.Str) arguments.getFirst()).value())))),
                                "[method]file.size",
                                HostItem.function(
                                        new FunctionType(
                                                List.of(field("self", new ValueType.Borrow(FILE))),
                                                Optional.of(Primitive.U64)),
                                        arguments -> {
                                            var file = (File) ((Value.BorrowHandle) arguments.getFirst()).resource();
                                            return Optional.of(
                                                    new Value.U64(file.name().length()));
                                        }))));
    }

    @Test
    void aFunctionOfTheHostThatIsExportedAgainIsCallable() {
        List<String> events = new ArrayList<>();
        Instance instance = instance("pass-through", ofTheHost(events));

        assertThat(call(instance, "greet", new Value.Str("Zoë"))).contains(new Value.Str("Hello Zoë"));
        assertThat(call(instance, "greet", new Value.Str("x".repeat(100_000))))
                .contains(new Value.Str("Hello " + "x".repeat(100_000)));
        assertThat(call(instance, "total", new Value.ListValue(List.of(new Value.U16(1), new Value.U16(65_535)))))
                .isEmpty();
        assertThat(events).containsExactly("[ListValue[elements=[U16[value=1], U16[value=65535]]]]");
    }

    @Test
    void aResourceOfTheHostPassesThroughAndIsTheSameObject() {
        List<String> events = new ArrayList<>();
        ExportedInstance files = instance("pass-through", ofTheHost(events))
                .exportedInstance("test:host/files")
                .orElseThrow();

        var file = (Value.OwnHandle) call(files, "open", new Value.Str("four")).orElseThrow();

        assertThat(file.resource()).isEqualTo(new File(events, "four"));
        assertThat(call(files, "[method]file.size", new Value.BorrowHandle(file.resource())))
                .contains(new Value.U64(4));
        assertThat(events).isEmpty();
    }

    @Test
    void whatPassesThroughCanBeImportedAgain() {
        List<String> events = new ArrayList<>();
        Instance first = instance("pass-through", ofTheHost(events));
        Instance second = instance("pass-through", new Imports().addExports(first));

        assertThat(call(second, "greet", new Value.Str("again"))).contains(new Value.Str("Hello again"));
    }

    @Test
    void aValueThatDoesNotFitIsE0807AndTellsWhere() {
        Instance instance = instance("pass-through", ofTheHost(new ArrayList<>()));

        assertThatThrownBy(() -> call(instance, "total", new Value.ListValue(List.of(new Value.U16(1), u32(2)))))
                .hasMessageContaining("[E0807]")
                .hasMessageContaining("argument 'numbers'[1]: expected u16, but found U32[value=2]");
        assertThatThrownBy(() -> call(instance, "total", u32(2)))
                .hasMessageContaining("argument 'numbers': expected list<u16>, but found U32[value=2]");
        assertThatThrownBy(() -> call(instance, "total")).hasMessageContaining("it takes 1 arguments, not 0");
    }
}
