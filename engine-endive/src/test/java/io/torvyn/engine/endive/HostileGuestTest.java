package io.torvyn.engine.endive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torvyn.component.Component;
import io.torvyn.component.EngineException;
import io.torvyn.component.EngineFailure;
import io.torvyn.component.HostInstance;
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
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A guest that forges handles, pointers, lengths and discriminants, and whose realloc and post-return lie: {@code hostile.wat}. */
@ParameterizedClass
@EnumSource(names = {"OPTIMIZED", "BASELINE"})
@Timeout(60)
class HostileGuestTest {
    private static final Map<Strategy, Component> LOADED = new EnumMap<>(Strategy.class);
    private static final int PAGE = 1 << 16;

    // What realloc does; the numbers are those of hostile.wat.
    private static final int HONEST = 0;
    private static final int NOT_ALIGNED = 1;
    private static final int BEYOND_MEMORY = 2;
    private static final int NULL = 3;
    private static final int ALWAYS_THE_SAME = 4;
    private static final int TRAPS = 5;
    private static final int CALLS_AN_IMPORT = 6;
    private static final int GROWS = 7;
    private static final int LAST_BYTE = 8;
    private static final int RECURSES = 9;

    private final class Thing implements HostResource {
        @Override
        public void drop() {
            drops++;
        }
    }

    private static final ResourceType THING = new ResourceType("thing");
    private static final ResourceType OTHER = new ResourceType("other");

    @Parameter
    Strategy strategy;

    private int drops;
    private String text = "words of the host";
    private final List<Value> said = new ArrayList<>();
    private Instance guest;

    private HostItem taking(ValueType... types) {
        var fields = new ArrayList<ValueType.Field>();
        String[][] names = {
            {"it"}, {"first", "second"}, {}, {"bool", "char", "letter", "marks"},
        };
        for (int i = 0; i < types.length; i++) {
            fields.add(new ValueType.Field(names[types.length - 1][i], types[i]));
        }
        return HostItem.function(new FunctionType(fields, Optional.empty()), arguments -> {
            said.addAll(arguments);
            return Optional.empty();
        });
    }

    private static HostItem giving(ValueType type, java.util.function.Supplier<Value> value) {
        return HostItem.function(new FunctionType(List.of(), Optional.of(type)), _ -> Optional.of(value.get()));
    }

    private Instance instantiate() {
        var own = new ValueType.Own(THING);
        var borrow = new ValueType.Borrow(THING);
        var letter = new ValueType.EnumType(List.of("a", "b", "c"));
        var marks = new ValueType.FlagsType(List.of("x", "y"));
        var single = new ValueType.EnumType(List.of("only"));
        var pair = new ValueType.TupleType(List.of(Primitive.U32, Primitive.U32));
        var host = new HostInstance(
                "host",
                Map.ofEntries(
                        Map.entry("thing", new HostItem.Resource(THING)),
                        Map.entry("other", new HostItem.Resource(OTHER)),
                        Map.entry("make", giving(own, () -> new Value.OwnHandle(new Thing()))),
                        Map.entry("look", taking(borrow)),
                        Map.entry("take", taking(own)),
                        Map.entry("take-two", taking(own, own)),
                        Map.entry("take-and-look", taking(own, borrow)),
                        Map.entry("look-and-take", taking(borrow, own)),
                        Map.entry("look-other", taking(new ValueType.Borrow(OTHER))),
                        Map.entry("text", giving(Primitive.STRING, () -> new Value.Str(text))),
                        Map.entry("say", taking(Primitive.STRING)),
                        Map.entry("words", taking(new ValueType.ListType(Primitive.STRING))),
                        Map.entry(
                                "nested",
                                taking(new ValueType.ListType(
                                        new ValueType.ListType(new ValueType.ListType(Primitive.U64))))),
                        Map.entry("units", taking(new ValueType.ListType(single))),
                        Map.entry("bits", taking(Primitive.BOOL, Primitive.CHAR, letter, marks)),
                        Map.entry("many", taking(new ValueType.TupleType(Collections.nCopies(17, Primitive.U64)))),
                        Map.entry(
                                "pair",
                                giving(
                                        pair,
                                        () -> new Value.TupleValue(List.of(new Value.U32(1), new Value.U32(2)))))));
        return LOADED.computeIfAbsent(
                        strategy,
                        s -> Component.load(
                                Path.of("../component/src/test/fixtures/valid/hostile.wasm"), Fixture.ENGINE, s))
                .instantiate(new Imports().add(host), new InstanceOptions("hostile", Fixture.LIMITS));
    }

    @BeforeEach
    void enter() {
        guest = instantiate();
    }

    @AfterEach
    void leave() {
        guest.close();
    }

    private static @Nullable Value call(Instance instance, String function, Value... arguments) {
        return instance.exportedFunction(function)
                .orElseThrow()
                .call(List.of(arguments))
                .orElse(null);
    }

    private @Nullable Value call(String function, int... arguments) {
        Value[] values = Arrays.stream(arguments)
                .mapToObj(i -> new Value.U32(Integer.toUnsignedLong(i)))
                .toArray(Value[]::new);
        return call(guest, function, values);
    }

    private int make() {
        return (int) ((Value.U32) Objects.requireNonNull(call("make"))).value();
    }

    /** And the instance is finished. */
    private void traps(String message, String function, int... arguments) {
        assertThatThrownBy(() -> call(function, arguments))
                .isInstanceOfSatisfying(
                        EngineException.class, e -> assertThat(e.failure()).isInstanceOf(EngineFailure.Trap.class))
                .hasMessageContaining(message);
        assertThat(guest.isFinished()).isTrue();
    }

    // Handles.

    @ParameterizedTest
    @ValueSource(ints = {0, 2, 7, -1, Integer.MIN_VALUE, Integer.MAX_VALUE, 1 << 28})
    void aHandleThatWasNeverGivenTraps(int handle) {
        make();
        traps("unknown handle index", "look", handle);
    }

    @ParameterizedTest
    @ValueSource(strings = {"look", "take", "drop"})
    void aHandleThatWasDroppedTraps(String use) {
        int handle = make();
        call("drop", handle);
        assertThat(drops).isEqualTo(1);

        traps("unknown handle index 1", use, handle);
        assertThat(drops).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"look-other", "drop-other"})
    void aHandleOfAnotherTypeTraps(String use) {
        traps("used with the wrong type", use, make());
    }

    @ParameterizedTest
    @ValueSource(strings = {"look", "take", "drop"})
    void aHandleThatWasGivenAwayTraps(String use) {
        int handle = make();
        call("take", handle);

        traps("unknown handle index 1", use, handle);
        assertThat(drops).as("it is the host's now").isZero();
    }

    @ParameterizedTest
    @CsvSource({"take-two, unknown handle index 1", "take-and-look, unknown handle index 1", "look-and-take, is lent"})
    void oneHandleForTwoParametersTraps(String use, String message) {
        int handle = make();

        traps(message, use, handle, handle);
        assertThat(said).as("nothing reaches the host").isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"look", "take", "drop"})
    void aHandleOfAnotherInstanceTraps(String use) {
        try (Instance neighbour = instantiate()) {
            for (int i = 0; i < 3; i++) {
                call(neighbour, "make");
            }
            make();
            traps("unknown handle index 3", use, 3);
            assertThat(neighbour.handles().size()).isEqualTo(3);
        }
    }

    // Pointers and lengths.

    @ParameterizedTest
    @CsvSource({
        "65536, 1",
        "65535, 2",
        "0, 65537",
        "-1, 1",
        "-1, 2",
        "-65536, 65537",
        "-16, 32",
        "2147483647, 1",
        "-2147483648, 1"
    })
    void aStringOutsideOfMemoryTraps(int address, int length) {
        traps("string content out-of-bounds", "say", address, length);
    }

    @ParameterizedTest
    @CsvSource({
        "say, -1",
        "say, 268435456",
        "say16, 134217728",
        "say16, -2147483648",
        "say16, -1",
        "say-latin, 268435456",
        "say-latin, -1",
        "say-latin, -2013265920"
    })
    void aStringThatClaimsTooMuchTraps(String function, int length) {
        traps("is too long", function, 0, length);
    }

    @ParameterizedTest
    @CsvSource({"say16, 1, 0", "say16, 7, 2", "say-latin, 1, 0", "say-latin, 3, 4", "say-latin, 5, -2147483647"})
    void aStringOfTwoByteUnitsThatIsNotAlignedTraps(String function, int address, int length) {
        traps("unaligned pointer", function, address, length);
    }

    @ParameterizedTest
    @CsvSource({
        "0x80, 1",
        "0xc0, 2",
        "0x80c0, 2",
        "0xff, 1",
        "0x80a0ed, 3",
        "0xbfbfed, 3",
        "0x8080f0, 3",
        "0x908080f5, 4",
        "0xe2, 1"
    })
    void aStringThatIsNotUtf8Traps(String word, int length) {
        call("store", 0, (int) (long) Long.decode(word));
        traps("utf-8", "say", 0, length);
    }

    @ParameterizedTest
    @CsvSource({
        "say16, 0x0000d800, 1",
        "say16, 0x0041dc00, 2",
        "say16, 0xd801d800, 2",
        "say-latin, 0x0000dfff, -2147483647"
    })
    void aStringWithALoneSurrogateTraps(String function, String word, int length) {
        call("store", 0, (int) (long) Long.decode(word));
        traps("utf-16", function, 0, length);
    }

    /** The tag says what the bytes are; that they were meant otherwise, nobody can know. */
    @ParameterizedTest
    @ValueSource(ints = {2, 1 | 1 << 31})
    void aForgedTagMakesOtherTextAndNoHarm(int length) {
        call("store", 0, 'A');
        call("say-latin", 0, length);
        assertThat(said).containsExactly(new Value.Str(length == 2 ? "A\0" : "A"));
    }

    @ParameterizedTest
    @CsvSource({
        "words, -1",
        "words, 33554432",
        "nested, -1",
        "nested, 33554432",
        "nested, 536870912",
        "units, -1",
        "units, 268435456"
    })
    void aListThatClaimsTooManyElementsTraps(String function, int length) {
        traps("is too long", function, 0, length);
    }

    @ParameterizedTest
    @CsvSource({
        "words, 0, 8193",
        "words, 65532, 1",
        "words, 65536, 1",
        "words, -8, 1",
        "words, -8, 2",
        "nested, -4, 1",
        "units, 65535, 2",
        "units, -1, 2"
    })
    void aListOutsideOfMemoryTraps(String function, int address, int length) {
        traps("list content out-of-bounds", function, address, length);
    }

    @ParameterizedTest
    @CsvSource({"words, 1, 1", "words, 2, 0", "nested, 6, 1"})
    void aListThatIsNotAlignedTraps(String function, int address, int length) {
        traps("unaligned pointer", function, address, length);
    }

    /** Each of 8,000 strings or lists is the same part of memory: far more than there is, if it were all lifted. */
    @ParameterizedTest
    @CsvSource({"words, 0xbfc4", "nested, 8000"}) // 0xc4 0xbf is a letter, so the lengths themselves are text
    void elementsThatAllLieInTheSamePlaceDoNotExhaustTheHost(String function, String size) {
        call("fill", 0, 8000, 0, Integer.decode(size));
        traps("lists and strings of one call are too large for the host", function, 0, 8000);
    }

    @ParameterizedTest
    @ValueSource(ints = {65536 - 128, 65536, -8, 4, 65533})
    void parametersInMemoryOutsideOrNotAlignedTrap(int address) {
        assertThatThrownBy(() -> call("many", address))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("[E0804]");
        assertThat(said).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {65536 - 4, 65536, -4, -8, 2, 65533})
    void aPlaceForAResultOutsideOrNotAlignedTraps(int address) {
        assertThatThrownBy(() -> call("pair", address))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("[E0804]");
    }

    @ParameterizedTest
    @ValueSource(ints = {65536 - 4, 65536, -4, -8, 2, 65533, Integer.MIN_VALUE})
    void aResultOutsideOfMemoryOrNotAlignedTraps(int area) {
        assertThatThrownBy(() -> call("give-at", area))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("[E0804]");
    }

    @ParameterizedTest
    @CsvSource({
        "give, 65535, 2, string content out-of-bounds",
        "give, -1, 2, string content out-of-bounds",
        "give, 0, -1, is too long",
        "give-list, 4, 1, unaligned pointer",
        "give-list, 65536, 1, list content out-of-bounds",
        "give-list, -8, 2, list content out-of-bounds",
        "give-list, 0, -1, is too long",
        "give-list, 0, 536870912, is too long"
    })
    void aResultThatPointsOutsideTraps(String function, int address, int length, String message) {
        traps(message, function, address, length);
    }

    // Scalars.

    @ParameterizedTest
    @ValueSource(ints = {0xd800, 0xdfff, 0x110000, -1})
    void noCharTraps(int bits) {
        traps("invalid `char` bit pattern", "bits", 0, bits, 0, 0);
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 255, 256, -1})
    void noCaseTraps(int discriminant) {
        traps("invalid variant discriminant", "bits", 0, 'a', discriminant, 0);
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 256, -1})
    void aResultThatIsNoCaseTraps(int discriminant) {
        traps("invalid variant discriminant", "give-enum", discriminant);
    }

    @ParameterizedTest
    @ValueSource(ints = {0xd800, 0x110000, -1})
    void aResultThatIsNoCharTraps(int bits) {
        traps("invalid `char` bit pattern", "give-char", bits);
    }

    /** CanonicalABI.md, "convert_int_to_bool" and "unpack_flags_from_int". */
    @ParameterizedTest
    @ValueSource(ints = {2, -1, Integer.MIN_VALUE})
    void anyBitIsTrueAndBitsWithoutAFlagMeanNothing(int bits) {
        assertThat(call("give-bool", bits)).isEqualTo(new Value.Bool(true));
        assertThat(call("give-flags", bits & ~3 | 2)).isEqualTo(new Value.FlagsValue(Set.of("y")));
        call("bits", bits, 'a', 2, bits & ~3 | 1);
        assertThat(said)
                .containsExactly(
                        new Value.Bool(true),
                        new Value.Char('a'),
                        new Value.EnumValue("c"),
                        new Value.FlagsValue(Set.of("x")));
    }

    // realloc, for a result of the host and for an argument.

    @ParameterizedTest
    @ValueSource(ints = {BEYOND_MEMORY, LAST_BYTE})
    void aPlaceFromReallocOutsideOfMemoryTraps(int lie) {
        call("lie", lie);
        traps("realloc return: beyond end of memory", "fetch");
    }

    @ParameterizedTest
    @ValueSource(ints = {HONEST, NULL, ALWAYS_THE_SAME, GROWS, NOT_ALIGNED})
    void aPlaceFromReallocWithinMemoryIsTaken(int mode) {
        call("lie", mode);
        assertThat(call("fetch")).isEqualTo(new Value.Str(text));
        assertThat(guest.memoryBytes()).isEqualTo(mode == GROWS ? 2L * PAGE : PAGE);
    }

    @ParameterizedTest
    @ValueSource(ints = {BEYOND_MEMORY, LAST_BYTE, NOT_ALIGNED, TRAPS})
    void anArgumentThatGetsNoPlaceTraps(int lie) {
        call("lie", lie);
        assertThatThrownBy(() -> call(guest, "get-list", new Value.ListValue(List.of(new Value.U64(1)))))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("[E0804]")
                .hasMessageMatching("(?s).*(unaligned pointer|beyond end of memory|unreachable).*");
        assertThat(guest.isFinished()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {HONEST, NULL, ALWAYS_THE_SAME, GROWS})
    void anArgumentGoesWhereReallocSays(int mode) {
        call("lie", mode);
        call(guest, "get-list", new Value.ListValue(List.of(new Value.U64(1))));
        call(guest, "get", new Value.Str(text));
        assertThat(guest.isFinished()).isFalse();
    }

    /** It may have four pages; what memory.grow says afterwards is no address. */
    @Test
    void growingInReallocEndsWithMemory() {
        call("lie", GROWS);
        for (int pages = 2; pages <= 4; pages++) {
            call("fetch");
        }
        traps("realloc return: beyond end of memory", "fetch");
    }

    @ParameterizedTest
    @CsvSource({"5, unreachable", "6, cannot leave component instance"})
    void aReallocThatTrapsOrLeavesIsATrap(int lie, String message) {
        make();
        call("lie", lie);
        traps(message, "fetch");
        assertThat(said).isEmpty();
    }

    @Test
    void aReallocThatRecursesForEverIsStopped() {
        call("lie", RECURSES);
        assertThatThrownBy(() -> call("fetch"))
                .isInstanceOfSatisfying(EngineException.class, e -> assertThat(e.failure())
                        .isInstanceOf(EngineFailure.StackExhausted.class));
        assertThat(guest.isFinished()).isTrue();
    }

    // post-return

    @ParameterizedTest
    @CsvSource({"post-trap, unreachable", "post-call, cannot leave component instance"})
    void aPostReturnThatTrapsOrLeavesIsATrap(String function, String message) {
        make();
        traps(message, function);
    }
}
