package io.torvyn.component;

import static io.torvyn.contracts.ValueType.Primitive.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torvyn.component.spi.CoreTrap;
import io.torvyn.contracts.ResourceType;
import io.torvyn.contracts.ValueType;
import io.torvyn.types.ErrorCode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** CanonicalABI.md, "canon lift", with Java for core code. */
class ExportedFunctionTest {
    private final TestGuest guest = new TestGuest();
    private final List<String> calls = new ArrayList<>();
    private final Code code = new Code();

    /** The core code: each method is a core function of the instance. */
    @SuppressWarnings("unused")
    private final class Code {
        int add(int a, int b) {
            return a + b;
        }

        int upper(int address, int length) {
            byte[] upper = new String(guest.bytes(address, length), StandardCharsets.UTF_8)
                    .toUpperCase(Locale.ROOT)
                    .getBytes(StandardCharsets.UTF_8);
            int text = guest.realloc(0, 0, 1, upper.length);
            guest.memory.write(text, upper, 0, upper.length);
            int area = guest.realloc(0, 0, 4, 8);
            guest.memory.writeInt(area, text);
            guest.memory.writeInt(area + 4, upper.length);
            calls.add("upper");
            return area;
        }

        void upperPostReturn(int area) {
            calls.add("post-return of "
                    + guest.cx.loadString(guest.memory.readInt(area), guest.memory.readInt(area + 4)));
        }

        void leavingPostReturn(int area) {
            guest.instance.checkMayLeave();
        }

        long sum(int area) {
            long sum = 0;
            for (int i = 0; i < 17; i++) {
                sum += guest.memory.readLong(area + 8 * i);
            }
            return sum;
        }

        void nothing() {
            calls.add("nothing");
        }

        void nothingPostReturn() {
            calls.add("post-return");
        }

        int wildResult() {
            return -8;
        }

        void keep(int handle) {
            calls.add("handle " + handle);
        }

        void crash() {
            throw new TestEngine.CoreTrapped(CoreTrap.Kind.UNREACHABLE);
        }

        int reenter() {
            return ((Value.S32) guest.export("add", TestGuest.function(S32, S32, S32), this)
                            .call(List.of(new Value.S32(1), new Value.S32(2)))
                            .orElseThrow())
                    .value();
        }
    }

    @Test
    void flatArgumentsAndResultGoAsCoreValues() {
        var add = guest.export("add", TestGuest.function(U32, U32, U32), code);

        assertThat(add.call(List.of(new Value.U32(0xffff_fffeL), new Value.U32(1))))
                .contains(new Value.U32(0xffff_ffffL));
        assertThat(add.call(List.of(new Value.U32(1), new Value.U32(2)))).contains(new Value.U32(3));
    }

    @Test
    void aLargeResultIsReadFromMemoryAndThenGivenBackOnce() {
        var upper = guest.export("upper", TestGuest.function(STRING, STRING), code, "upperPostReturn");

        assertThat(upper.call(List.of(new Value.Str("straße")))).contains(new Value.Str("STRASSE"));
        assertThat(calls).containsExactly("upper", "post-return of STRASSE");
    }

    @Test
    void postReturnOfAFunctionWithoutResultTakesNothing() {
        var nothing = guest.export("nothing", TestGuest.function(null), code, "nothingPostReturn");

        assertThat(nothing.call(List.of())).isEmpty();
        assertThat(calls).containsExactly("nothing", "post-return");
    }

    @Test
    void postReturnMayNotLeaveTheInstance() {
        var upper = guest.export("upper", TestGuest.function(STRING, STRING), code, "leavingPostReturn");

        assertThatThrownBy(() -> upper.call(List.of(new Value.Str("x"))))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("cannot leave component instance during 'upper'");
    }

    @Test
    void moreThan16FlatParametersGoThroughMemory() {
        var types = Collections.nCopies(17, U64).toArray(ValueType[]::new);
        var sum = guest.export("sum", TestGuest.function(U64, types), code);
        var arguments = new ArrayList<Value>();
        for (int i = 1; i <= 17; i++) {
            arguments.add(new Value.U64(i));
        }

        assertThat(sum.call(arguments)).contains(new Value.U64(153));
        assertThat(guest.reallocs).containsExactly(List.of(0, 0, 8, 136));
    }

    @Test
    void aResultThatLiesOutsideOfMemoryTraps() {
        var wild = guest.export("wildResult", TestGuest.function(STRING), code);

        assertThatThrownBy(() -> wild.call(List.of()))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("[E0804]")
                .hasMessageContaining("out of bounds memory access during 'wildResult'");
        assertThat(guest.instance.isFinished()).isTrue();
    }

    @Test
    void wrongArgumentsAreRefusedBeforeTheInstanceIsEntered() {
        var add = guest.export("add", TestGuest.function(U32, U32, U32), code);

        assertThatThrownBy(() -> add.call(List.of(new Value.U32(1), new Value.U8(1))))
                .isInstanceOf(EngineException.class)
                .hasMessage("[E0807] Type mismatch during invocation of 'add' on component component-3 ('upper'):"
                        + " argument 'p1': expected u32, but found U8[value=1]."
                        + " Verify the component was compiled against the correct WIT contract.");
        assertThatThrownBy(() -> add.call(List.of())).hasMessageContaining("it takes 2 arguments, not 0");
        assertThat(add.call(List.of(new Value.U32(1), new Value.U32(1)))).contains(new Value.U32(2));
    }

    @Test
    void aBorrowThatIsNotDroppedTraps() {
        var type = new ResourceType("buffer");
        var keep = guest.export("keep", TestGuest.function(null, new ValueType.Borrow(type)), code);

        assertThatThrownBy(() -> keep.call(List.of(new Value.BorrowHandle(new HostResource() {}))))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("borrow handles still remain at the end of the call during 'keep'");
        assertThat(calls).containsExactly("handle 1");
    }

    @Test
    void anOwnedHandleStaysInTheTable() {
        var type = new ResourceType("buffer");
        var resource = new HostResource() {};
        var keep = guest.export("keep", TestGuest.function(null, new ValueType.Own(type)), code);

        keep.call(List.of(new Value.OwnHandle(resource)));

        assertThat(guest.instance.handles().rep(1, type)).isSameAs(resource);
    }

    @Test
    void aCallInTheMiddleOfACallTraps() {
        var reenter = guest.export("reenter", TestGuest.function(S32), code);

        assertThatThrownBy(() -> reenter.call(List.of()))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("cannot enter component instance");
        assertThat(guest.instance.isFinished()).isTrue();
    }

    @Test
    void afterATrapNothingIsCalledAgain() {
        assertThatThrownBy(() ->
                        guest.export("crash", TestGuest.function(null), code).call(List.of()))
                .hasMessageContaining("wasm `unreachable` instruction executed during 'crash'");

        assertThatThrownBy(() ->
                        guest.export("nothing", TestGuest.function(null), code).call(List.of()))
                .hasMessageContaining("never entered again");
        assertThat(calls).isEmpty();
    }

    /** Every type at once: the host function gives back what it gets, through two components' worth of lowering. */
    @Test
    void aDynamicFunctionGetsAndGivesEveryValue() {
        for (long seed = 0; seed < 500; seed++) {
            var caller = new TestGuest(StringEncoding.values()[(int) (seed % 3)]);
            var random = new RandomValues(seed);
            ValueType type = withoutBorrows(random);
            Value value = random.value(type);
            var seen = new ArrayList<Value>();
            var function = Lowering.dynamic(TestGuest.function(type, type, U8), arguments -> {
                        seen.addAll(arguments);
                        return Optional.of(arguments.getFirst());
                    })
                    .lower(caller.cx);
            var flattening = Flattening.of(TestGuest.function(type, type, U8));
            var flat = new FlatValues();
            var types = List.of(type, U8);
            List<Value> values = List.of(value, new Value.U8(9));
            if (flattening.parametersInMemory()) {
                flat.addInt(caller.lowerer().storeAll(types, values));
            } else {
                caller.lowerer().lowerAll(types, values, flat);
            }
            int area = caller.cx.realloc(8, Layout.of(type).size());
            if (flattening.resultInMemory()) {
                flat.addInt(area);
            }

            Object result =
                    TestGuest.call(function, flat.toArray(flattening.lowered().parameters()));

            assertThat(seen).as("seed %d: %s", seed, type).isEqualTo(values);
            assertThat(flattening.resultInMemory() ? caller.load(type, area) : caller.lift(type, result))
                    .as("seed %d: %s", seed, type)
                    .isEqualTo(value);
        }
    }

    private static ValueType withoutBorrows(RandomValues random) {
        ValueType type;
        do {
            type = random.type(3);
        } while (type.toString().contains("Borrow"));
        return type;
    }

    @Test
    void aDynamicFunctionOfAnotherResultTypeIsAMismatch() {
        var function = Lowering.dynamic(TestGuest.function(U8), _ -> Optional.of(new Value.U16(1)))
                .lower(guest.cx);

        assertThatThrownBy(() -> TestGuest.call(function))
                .isInstanceOfSatisfying(
                        EngineException.class,
                        e -> assertThat(e.failure().code()).isEqualTo(ErrorCode.TYPE_MISMATCH))
                .hasMessageContaining("result: expected u8, but found U16[value=1]");
    }

    @Test
    void aDynamicFunctionThatGivesNullIsTheHostsDefect() {
        @SuppressWarnings("NullAway") // what this is about
        var function = Lowering.dynamic(TestGuest.function(U8), _ -> null).lower(guest.cx);

        assertThatThrownBy(() -> TestGuest.call(function))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("the host's function returned null, and not an Optional");
    }

    @Test
    @SuppressWarnings("NullAway") // what this is about
    void nullIsRefusedBeforeTheGuestIsEntered() {
        var upper = guest.export("upper", TestGuest.function(STRING, STRING), code, "upperPostReturn");

        assertThatThrownBy(() -> upper.call(Arrays.asList((Value) null)))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("an argument is null");
        for (ThrowingCallable made : new ThrowingCallable[] {
            () -> new Value.Str(null),
            () -> new Value.EnumValue(null),
            () -> new Value.VariantValue("a", null),
            () -> new Value.OptionValue(null),
            () -> new Value.ResultValue(true, null),
            () -> new Value.OwnHandle(null),
            () -> new Value.BorrowHandle(null),
            () -> new Value.ListValue(Arrays.asList((Value) null)),
            () -> new Value.TupleValue(Arrays.asList((Value) null)),
            () -> new Value.RecordValue(Collections.singletonMap("a", null)),
            () -> new Value.FlagsValue(Collections.singleton(null)),
        }) {
            assertThatThrownBy(made).isInstanceOf(NullPointerException.class);
        }
        assertThat(guest.reallocs).isEmpty();
        assertThat(upper.call(List.of(new Value.Str("again")))).contains(new Value.Str("AGAIN"));
    }

    @Test
    void aDynamicFunctionIsNotCalledWhileTheGuestMayNotLeave() {
        var function = Lowering.dynamic(TestGuest.function(null), _ -> {
                    calls.add("called");
                    return Optional.empty();
                })
                .lower(guest.cx);
        guest.instance.forbidLeaving();

        assertThatThrownBy(() -> TestGuest.call(function)).hasMessage("cannot leave component instance");
        assertThat(calls).isEmpty();
    }

    @Test
    void functionsOfOneCoreTypeShareTheirTarget() {
        var a = Lowering.dynamic(TestGuest.function(U8, CHAR), _ -> Optional.empty())
                .lower(guest.cx);
        var b = Lowering.dynamic(TestGuest.function(S16, BOOL), _ -> Optional.empty())
                .lower(guest.cx);

        assertThat(a.target()).isSameAs(b.target());
        assertThat(a.receiver()).isNotSameAs(b.receiver());
    }

    @Test
    void aFunctionOfOneComponentCanBeImportedByAnother() {
        var caller = new TestGuest("component-4 ('caller')", null, StringEncoding.UTF16);
        var upper = guest.export("upper", TestGuest.function(STRING, STRING), code, "upperPostReturn");
        var imported = upper.lowering().lower(caller.cx);
        long text = caller.cx.storeString("grün");
        int area = caller.cx.realloc(4, 8);

        TestGuest.call(imported, LiftLowerContext.address(text), LiftLowerContext.length(text), area);

        assertThat(caller.cx.loadString(caller.memory.readInt(area), caller.memory.readInt(area + 4)))
                .isEqualTo("GRÜN");
    }

    @Test
    void valuesThatDoNotFitAreToldByPlace() {
        var type = new ValueType.RecordType(
                List.of(new ValueType.Field("items", new ValueType.ListType(new ValueType.OptionType(U8)))));
        var wrong = new Value.RecordValue(java.util.Map.of(
                "items",
                new Value.ListValue(List.of(
                        new Value.OptionValue(Optional.empty()),
                        new Value.OptionValue(Optional.of(new Value.Bool(true)))))));

        assertThat(ValueTypes.mismatch(type, wrong, "argument 'a'"))
                .isEqualTo("argument 'a', field 'items'[1], case 'some': expected u8, but found Bool[value=true]");
        assertThat(ValueTypes.mismatch(type, new Value.RecordValue(java.util.Map.of()), "a"))
                .isEqualTo("a: field 'items' is missing");
        assertThat(Arrays.asList(
                        ValueTypes.mismatch(new ValueType.EnumType(List.of("x")), new Value.EnumValue("y"), "a"),
                        ValueTypes.mismatch(
                                new ValueType.ResultType(Optional.empty(), Optional.of(U8)),
                                Value.ResultValue.ok(new Value.U8(1)),
                                "a"),
                        ValueTypes.mismatch(
                                new ValueType.VariantType(List.of(new ValueType.Case("x", Optional.of(U8)))),
                                new Value.VariantValue("x", Optional.empty()),
                                "a")))
                .doesNotContainNull();
    }
}
