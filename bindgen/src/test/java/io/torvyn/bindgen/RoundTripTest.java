package io.torvyn.bindgen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torvyn.bindgen.values.Echo;
import io.torvyn.bindgen.values.Kinds;
import io.torvyn.bindgen.values.Kinds.Access;
import io.torvyn.bindgen.values.Kinds.Color;
import io.torvyn.bindgen.values.Kinds.Days;
import io.torvyn.bindgen.values.Kinds.Parcel;
import io.torvyn.bindgen.values.Kinds.Point;
import io.torvyn.bindgen.values.Kinds.Shape;
import io.torvyn.bindgen.values.Probe;
import io.torvyn.bindgen.values.Tuple3;
import io.torvyn.component.ByteSource;
import io.torvyn.component.Bytes;
import io.torvyn.component.Component;
import io.torvyn.component.EngineException;
import io.torvyn.component.EngineFailure;
import io.torvyn.component.ExportedFunction;
import io.torvyn.component.HostInstance;
import io.torvyn.component.HostItem;
import io.torvyn.component.Imports;
import io.torvyn.component.Instance;
import io.torvyn.component.InstanceOptions;
import io.torvyn.component.Lowering;
import io.torvyn.component.Result;
import io.torvyn.component.TypedExports;
import io.torvyn.component.Value;
import io.torvyn.component.spi.CoreLimits;
import io.torvyn.contracts.FunctionType;
import io.torvyn.contracts.ValueType;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Generated bindings of both directions around a real component, which hands every value on to the host and its answer
 * back: each value is lowered, lifted, lowered and lifted. The dynamic path of {@link Value}s takes one side, then the
 * other, so that two mistakes cannot make up for each other.
 */
class RoundTripTest {
    private static final Component COMPONENT =
            Component.load(Path.of("src/test/resources/io/torvyn/bindgen/echo.wasm"));

    private final EchoingHost host = new EchoingHost();
    private Instance instance;
    private Echo.Guest echo;

    @BeforeEach
    void instantiate() {
        instance = instantiate(Echo.host(host));
        echo = Echo.Guest.of(instance);
    }

    @AfterEach
    void close() {
        instance.close();
    }

    private Instance instantiate(HostInstance echoing) {
        var imports = new Imports().add(Kinds.host(host)).add(echoing).add(io.torvyn.bindgen.values.Bytes.host(host));
        return COMPONENT.instantiate(imports, new InstanceOptions("echo", new CoreLimits(1 << 24, 100)));
    }

    /** A value in Java, what it is to the dynamic path, and the function that it goes through. */
    private record Sample<T>(String function, T java, Value dynamic, UnaryOperator<T> call) {}

    private <T> Sample<T> sample(String function, T java, Value dynamic, UnaryOperator<T> call) {
        return new Sample<>(function, java, dynamic, call);
    }

    /** Where it is found out later, the guest has been entered, and is finished. */
    @Test
    @SuppressWarnings("NullAway") // what this is about
    void whatIsNoValueIsRefusedBeforeTheGuestIsEntered() {
        Map<String, ThrowingCallable> nulls = new HashMap<>(Map.of(
                "value", () -> echo.strings(null),
                "an element of value", () -> echo.stringLists(Arrays.asList("a", null)),
                "value.third", () -> echo.tuples(new Tuple3<>(1, "a", null))));
        nulls.put("value.second", () -> echo.tuples(new Tuple3<>(1, null, 1.0)));
        nulls.forEach((place, call) -> assertThatThrownBy(call)
                .isInstanceOf(NullPointerException.class)
                .hasMessage(place));
        for (ThrowingCallable call : new ThrowingCallable[] {
            () -> echo.options(null),
            () -> echo.results(Result.err(null)),
            () -> echo.pointLists(Arrays.asList(new Point(1, 1), null)),
            () -> echo.byteLists(Arrays.asList((byte) 1, null)),
            () -> echo.shapes(new Shape.Label(null)),
            () -> echo.shapeLists(List.of(new Shape.Corner(null))),
            () -> echo.points(null),
            () -> echo.colors(null),
            () -> echo.accesses(Collections.singleton(null)),
            () -> echo.tokens(null)
        }) {
            assertThatThrownBy(call).isInstanceOf(NullPointerException.class);
        }
        for (int noChar : new int[] {0xd800, 0xdfff, 0x11_0000, -1}) {
            assertThatThrownBy(() -> echo.chars(noChar))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("not a Unicode scalar value");
        }
        assertThat(instance.isFinished()).isFalse();
        assertThat(echo.strings("again")).isEqualTo("again");
    }

    private List<Sample<?>> samples() {
        return List.of(
                sample("bools", true, new Value.Bool(true), echo::bools),
                sample("bools", false, new Value.Bool(false), echo::bools),
                sample("u8s", 255, new Value.U8(255), echo::u8s),
                sample("s8s", (byte) -128, new Value.S8((byte) -128), echo::s8s),
                sample("u16s", 65535, new Value.U16(65535), echo::u16s),
                sample("s16s", (short) -32768, new Value.S16((short) -32768), echo::s16s),
                sample("u32s", -1, new Value.U32(0xffff_ffffL), echo::u32s),
                sample("s32s", -1, new Value.S32(-1), echo::s32s),
                sample("u64s", -2L, new Value.U64(-2), echo::u64s),
                sample("s64s", Long.MIN_VALUE, new Value.S64(Long.MIN_VALUE), echo::s64s),
                sample("f32s", -1.5f, new Value.F32(-1.5f), echo::f32s),
                sample("f64s", Double.MIN_VALUE, new Value.F64(Double.MIN_VALUE), echo::f64s),
                sample("chars", 0x1f600, new Value.Char(0x1f600), echo::chars),
                sample("strings", "", new Value.Str(""), echo::strings),
                sample("strings", "Grüße 😀", new Value.Str("Grüße 😀"), echo::strings),
                sample("string-lists", List.of(), new Value.ListValue(List.of()), echo::stringLists),
                sample(
                        "string-lists",
                        List.of("a", "", "ccc"),
                        new Value.ListValue(List.of(new Value.Str("a"), new Value.Str(""), new Value.Str("ccc"))),
                        echo::stringLists),
                sample(
                        "point-lists",
                        List.of(new Point(1, 0.5), new Point(-1, 2)),
                        new Value.ListValue(List.of(point(1, 0.5), point(-1, 2))),
                        echo::pointLists),
                sample(
                        "shape-lists",
                        List.of(new Shape.Empty(), new Shape.Count(9), new Shape.Corner(new Point(3, 4))),
                        new Value.ListValue(List.of(
                                variant("empty"), variant("count", new Value.U64(9)), variant("corner", point(3, 4)))),
                        echo::shapeLists),
                sample(
                        "byte-lists",
                        List.of((byte) -1, (byte) 7),
                        new Value.ListValue(List.of(new Value.S8((byte) -1), new Value.S8((byte) 7))),
                        echo::byteLists),
                sample("options", Optional.empty(), new Value.OptionValue(Optional.empty()), echo::options),
                sample("options", Optional.of("x"), some(new Value.Str("x")), echo::options),
                sample(
                        "nested-options",
                        Optional.of(Optional.empty()),
                        some(new Value.OptionValue(Optional.empty())),
                        echo::nestedOptions),
                sample(
                        "nested-options",
                        Optional.of(Optional.of(8)),
                        some(some(new Value.U32(8))),
                        echo::nestedOptions),
                sample("results", Result.ok(7), Value.ResultValue.ok(new Value.U32(7)), echo::results),
                sample("results", Result.err("no"), Value.ResultValue.err(new Value.Str("no")), echo::results),
                sample("errors", Result.ok(), new Value.ResultValue(true, Optional.empty()), echo::errors),
                sample(
                        "errors",
                        Result.err(Color.BLUE),
                        Value.ResultValue.err(new Value.EnumValue("blue")),
                        echo::errors),
                sample("outcomes", Result.ok(), new Value.ResultValue(true, Optional.empty()), echo::outcomes),
                sample("outcomes", Result.err(), new Value.ResultValue(false, Optional.empty()), echo::outcomes),
                sample(
                        "floats-or-ints",
                        Result.ok(2.5f),
                        Value.ResultValue.ok(new Value.F32(2.5f)),
                        echo::floatsOrInts),
                sample(
                        "floats-or-ints",
                        Result.err(-3),
                        Value.ResultValue.err(new Value.U32(0xffff_fffdL)),
                        echo::floatsOrInts),
                sample(
                        "floats-or-longs",
                        Result.ok(-0.1),
                        Value.ResultValue.ok(new Value.F64(-0.1)),
                        echo::floatsOrLongs),
                sample(
                        "floats-or-longs",
                        Result.err(-1L),
                        Value.ResultValue.err(new Value.U64(-1)),
                        echo::floatsOrLongs),
                sample(
                        "shorts-or-longs",
                        Result.ok(-0.5f),
                        Value.ResultValue.ok(new Value.F32(-0.5f)),
                        echo::shortsOrLongs),
                sample(
                        "shorts-or-longs",
                        Result.err(-9L),
                        Value.ResultValue.err(new Value.U64(-9)),
                        echo::shortsOrLongs),
                sample(
                        "tuples",
                        new Tuple3<>(200, "t", 1.25),
                        new Value.TupleValue(List.of(new Value.U8(200), new Value.Str("t"), new Value.F64(1.25))),
                        echo::tuples),
                sample("points", new Point(-7, 7.5), point(-7, 7.5), echo::points),
                sample(
                        "parcels",
                        new Parcel("you", Bytes.copyOf((byte) 1, (byte) -1), Optional.of(List.of("a", "b")), 65535),
                        parcel(some(new Value.ListValue(List.of(new Value.Str("a"), new Value.Str("b"))))),
                        echo::parcels),
                sample(
                        "parcels",
                        new Parcel("you", Bytes.copyOf((byte) 1, (byte) -1), Optional.empty(), 65535),
                        parcel(new Value.OptionValue(Optional.empty())),
                        echo::parcels),
                sample("shapes", new Shape.Empty(), variant("empty"), echo::shapes),
                sample("shapes", new Shape.Circle(-2f), variant("circle", new Value.F32(-2f)), echo::shapes),
                sample("shapes", new Shape.Label("here"), variant("label", new Value.Str("here")), echo::shapes),
                sample("shapes", new Shape.Corner(new Point(-1, -2)), variant("corner", point(-1, -2)), echo::shapes),
                sample(
                        "shapes",
                        new Shape.Raw(Bytes.copyOf((byte) 5)),
                        variant("raw", Value.ListValue.ofBytes(new byte[] {5})),
                        echo::shapes),
                sample("shapes", new Shape.Count(-1), variant("count", new Value.U64(-1)), echo::shapes),
                sample(
                        "shapes",
                        EchoingHost.pair(),
                        variant("pair", new Value.TupleValue(List.of(new Value.U8(255), new Value.S16((short) -2)))),
                        echo::shapes),
                sample("colors", Color.GREEN, new Value.EnumValue("green"), echo::colors),
                sample("accesses", Set.of(), new Value.FlagsValue(Set.of()), echo::accesses),
                sample(
                        "accesses",
                        Set.of(Access.READ, Access.EXECUTE),
                        new Value.FlagsValue(Set.of("read", "execute")),
                        echo::accesses),
                sample(
                        "workdays",
                        Set.of(Days.MONDAY, Days.FAST),
                        new Value.FlagsValue(Set.of("monday", "fast")),
                        echo::workdays));
    }

    private static Value point(int x, double y) {
        return new Value.RecordValue(Map.of("x", new Value.S32(x), "y", new Value.F64(y)));
    }

    private static Value parcel(Value tags) {
        return new Value.RecordValue(Map.of(
                "name",
                new Value.Str("you"),
                "content",
                Value.ListValue.ofBytes(new byte[] {1, -1}),
                "tags",
                tags,
                "size",
                new Value.U16(65535)));
    }

    private static Value some(Value payload) {
        return new Value.OptionValue(Optional.of(payload));
    }

    private static Value variant(String label) {
        return new Value.VariantValue(label, Optional.empty());
    }

    private static Value variant(String label, Value payload) {
        return new Value.VariantValue(label, Optional.of(payload));
    }

    @Test
    void everyValueComesBackThroughGeneratedBindings() {
        assertThat(samples()).allSatisfy(RoundTripTest::assertComesBack);
    }

    private static <T> void assertComesBack(Sample<T> sample) {
        assertThat(sample.call().apply(sample.java())).isEqualTo(sample.java());
    }

    @Test
    void generatedHostUnderstandsDynamicCalls() {
        assertThat(samples()).allSatisfy(sample -> {
            ExportedFunction function = instance.exportedInstance(Echo.NAME)
                    .orElseThrow()
                    .function(sample.function())
                    .orElseThrow();
            assertThat(function.call(List.of(sample.dynamic()))).contains(sample.dynamic());
        });
    }

    @Test
    void generatedGuestUnderstandsDynamicHost() {
        Map<String, HostItem> items = new HashMap<>();
        Echo.host(host)
                .items()
                .forEach((name, item) ->
                        items.put(name, item instanceof HostItem.Function(var type, var _) ? dynamicEcho(type) : item));
        instance.close();
        instance = instantiate(new HostInstance(Echo.NAME, items));
        echo = Echo.Guest.of(instance);

        assertThat(samples()).allSatisfy(RoundTripTest::assertComesBack);
    }

    private static HostItem dynamicEcho(FunctionType type) {
        return new HostItem.Function(
                type, Lowering.dynamic(type, arguments -> arguments.stream().findFirst()));
    }

    @Test
    void manyParametersGoThroughMemory() {
        var parcel = new Parcel("i", Bytes.EMPTY, Optional.of(List.of("x")), 1);

        assertThat(echo.joined("a", "b", "c", "d", "", "f", "g", "h", parcel)).isEqualTo("a/b/c/d//f/g/h/i");
    }

    @Test
    void bytesCrossAsViewsAndComeBackAsACopy() {
        var bytes = io.torvyn.bindgen.values.Bytes.Guest.of(instance);

        assertThat(bytes.blobs(ByteSource.of(new byte[0]))).isEqualTo(Bytes.EMPTY);
        assertThat(bytes.concatenated(Bytes.copyOf((byte) 1, (byte) 2), Bytes.copyOf((byte) 3)))
                .isEqualTo(Bytes.copyOf((byte) 1, (byte) 2, (byte) 3));
    }

    @Test
    void bytesGoIntoAnArrayOfTheCallers() {
        var bytes = io.torvyn.bindgen.values.Bytes.Guest.of(instance);
        byte[] target = {9, 9, 9, 9};

        assertThat(bytes.blobs(Bytes.copyOf((byte) 1, (byte) 2), target, 1)).isEqualTo(2);
        assertThat(target).containsExactly(9, 1, 2, 9);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 3, 4, Integer.MAX_VALUE})
    void bytesThatDoNotFitAreTheCallersFaultAndNotTheGuests(int offset) {
        var bytes = io.torvyn.bindgen.values.Bytes.Guest.of(instance);
        byte[] target = {9, 9, 9, 9};

        assertThatThrownBy(() -> bytes.blobs(Bytes.copyOf((byte) 1, (byte) 2), target, offset))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThat(target).containsExactly(9, 9, 9, 9);
        assertThat(bytes.blobs(Bytes.copyOf((byte) 3), target, 3)).isEqualTo(1);
    }

    @Test
    void listOfNumbersOutlivesTheCallAndCanBePassedOnAsItIs() {
        List<Point> points = List.of(new Point(1, -2.5), new Point(3, Double.NaN));
        List<Point> first = echo.pointLists(points);

        echo.pointLists(List.of(new Point(7, 7), new Point(8, 8), new Point(9, 9)));

        assertThat(first).isEqualTo(points);
        assertThat(echo.pointLists(first)).isEqualTo(points);
        assertThat(echo.byteLists(echo.byteLists(List.of((byte) -1, (byte) 1)))).containsExactly((byte) -1, (byte) 1);
        assertThatThrownBy(() -> first.add(points.getFirst())).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void ownedHandleIsGivenAwayAndComesBack() {
        Kinds.Token token = host.newToken("mine");

        assertThat(echo.tokens(token)).isSameAs(token);
        assertThat(instance.handles().size()).isZero();
        assertThat(host.made).noneMatch(each -> each.dropped);
    }

    @Test
    void borrowedHandleIsLentForTheCall() {
        assertThat(echo.tokenNames(host.newToken("lent"))).isEqualTo("lent");
        assertThat(instance.handles().size()).isZero();
    }

    @Test
    void guestMakesMergesAndDropsTokens() {
        Kinds.Token merged = Probe.Guest.of(instance).make("one", "two");

        assertThat(merged.name()).isEqualTo("one+two");
        assertThat(host.made).filteredOn(each -> !each.dropped).containsExactly((EchoingHost.Token) merged);
    }

    /** guests-in-the-wild.md: after every export that has one. */
    @Test
    void postReturnIsCalledOncePerCall() {
        Probe.Guest probe = Probe.Guest.of(instance);

        echo.strings("a");
        echo.shapes(new Shape.Empty());
        echo.bools(true);

        assertThat(probe.postReturns()).isEqualTo(2);
    }

    @Test
    void flatFormIsTheCoreFunctionAndItsBorderIsTheCallers() throws Throwable {
        instance.enter("shapes");
        int area = echo.flatShapes(Kinds.ShapeLayout.COUNT, 77, 0);
        Shape shape = Kinds.ShapeLayout.load(echo.shapesContext(), area);
        echo.shapesPostReturn(area);
        instance.exit();

        assertThat(shape).isEqualTo(new Shape.Count(77));
        assertThat(Probe.Guest.of(instance).postReturns()).isEqualTo(1);
    }

    @Test
    void anyBitMakesATrueBoolean() {
        assertThat(Probe.Guest.of(instance).rawBool(2)).isTrue();
    }

    @Test
    void bitsWithoutAFlagAreIgnored() {
        assertThat(Probe.Guest.of(instance).rawFlags(0xffff_fff8 | 2)).containsExactly(Access.WRITE);
    }

    @ParameterizedTest(name = "0x{0}")
    @ValueSource(ints = {0xd800, 0xdfff, 0x110000, -1})
    void noUnicodeScalarValueTraps(int bits) {
        assertTraps(probe -> probe.rawChar(bits), "invalid `char` bit pattern: 0x" + Integer.toHexString(bits));
    }

    static Stream<Arguments> misdeeds() {
        return Stream.of(
                misdeed("enum case", probe -> probe.rawColor(3), "invalid variant discriminant 3 for color"),
                misdeed("string beyond memory", probe -> probe.rawString(131072, 1), "out of bounds"),
                misdeed("string that is no UTF-8", probe -> probe.rawString(1028, 255), "invalid utf-8 sequence"),
                misdeed("list unaligned", probe -> probe.rawList(65540, 1), "unaligned pointer"),
                misdeed("list too long", probe -> probe.rawList(0, -1), "list of 4294967295 elements is too long"),
                misdeed("list beyond memory", probe -> probe.rawList(65536, 1 << 20), "list content out-of-bounds"),
                misdeed("result unaligned", probe -> probe.rawArea(1026), "unaligned pointer"),
                misdeed("result beyond memory", probe -> probe.rawArea(-8), "out of bounds"));
    }

    private interface Misdeed {
        Object commit(Probe.Guest probe);
    }

    private static Arguments misdeed(String name, Misdeed misdeed, String message) {
        return Arguments.of(name, misdeed, message);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("misdeeds")
    void whatBreaksTheCanonicalAbiTraps(String name, Misdeed misdeed, String message) {
        assertTraps(misdeed, message);
    }

    private void assertTraps(Misdeed misdeed, String message) {
        Probe.Guest probe = Probe.Guest.of(instance);

        assertThatThrownBy(() -> misdeed.commit(probe))
                .isInstanceOfSatisfying(
                        EngineException.class, e -> assertThat(e.failure()).isInstanceOf(EngineFailure.Trap.class))
                .hasMessageContaining(message);
        assertThat(instance.isFinished()).isTrue();
    }

    @Test
    void exceptionOfTheHostComesOutAndFinishesTheInstance() {
        instance.close();
        instance = instantiate(Echo.host(new EchoingHost() {
            @Override
            public int chars(int value) {
                return 0xd800;
            }
        }));
        Echo.Guest guest = Echo.Guest.of(instance);

        assertThatThrownBy(() -> guest.chars('a')).hasMessageContaining("not a Unicode scalar value: 0xd800");
        assertThatThrownBy(() -> guest.bools(true)).hasMessageContaining("never entered again");
    }

    @Test
    void exportOfAnotherTypeIsToldFromTheContract() {
        var exports = new TypedExports(instance, Echo.NAME);
        var parcel = new ValueType.RecordType(List.of(
                new ValueType.Field("x", ValueType.Primitive.S32), new ValueType.Field("y", ValueType.Primitive.F32)));
        var type = new FunctionType(List.of(new ValueType.Field("value", parcel)), Optional.of(parcel));

        assertThatThrownBy(() -> exports.function("points", type))
                .hasMessageStartingWith("[E0807] ")
                .hasMessageContaining("test:values/echo@1.0.0#points")
                .hasMessageContaining("the contract says that 'value.y' is f32 but the component has f64");
    }

    @Test
    void missingExportIsNamed() {
        var exports = new TypedExports(instance, Kinds.NAME);

        assertThatThrownBy(() -> exports.function("x", new FunctionType(List.of(), Optional.empty())))
                .hasMessageStartingWith("[E0808] ")
                .hasMessageContaining("test:values/kinds@1.0.0#x");
    }
}
