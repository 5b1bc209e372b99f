package io.torvyn.engine.endive;

import static org.assertj.core.api.Assertions.assertThat;

import io.torvyn.component.Component;
import io.torvyn.component.Imports;
import io.torvyn.component.Instance;
import io.torvyn.component.InstanceOptions;
import io.torvyn.component.Value;
import io.torvyn.component.spi.CoreEngine.Strategy;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * CanonicalABI.md, "store_string_into_range": which calls of {@code realloc} a string takes on its way from one component
 * to another.
 *
 * <p>A call is written as {@code old size:align:size}, and with a star when its old address is what the call before it
 * gave.
 */
class StringEncodingsTest {
    private static final Component COMPONENT =
            Component.load(Fixture.bytes("string-encodings"), "string-encodings", Fixture.ENGINE, Strategy.BASELINE);
    private static final int UTF16_TAG = 1 << 31;

    private final Instance instance =
            COMPONENT.instantiate(new Imports(), new InstanceOptions("strings", Fixture.LIMITS));

    private List<Value> call(String function, Value... arguments) {
        return instance.exportedFunction(function).orElseThrow().call(List.of(arguments)).stream()
                .toList();
    }

    private List<String> calls(String pair) {
        List<Long> words = ((Value.ListValue) call(pair + "-calls").getFirst())
                .elements().stream().map(word -> ((Value.U32) word).value()).toList();
        var calls = new ArrayList<String>();
        for (int i = 0; i < words.size(); i += 4) {
            calls.add((words.get(i) == 1 ? "*" : "") + words.get(i + 1) + ":" + words.get(i + 2) + ":"
                    + words.get(i + 3));
        }
        return calls;
    }

    /** What has arrived, by the encoding of who took it. */
    private String taken(String pair) {
        int length = (int) ((Value.U32) call(pair + "-length").getFirst()).value();
        boolean wide = pair.endsWith("utf16") || (pair.endsWith("compact") && (length & UTF16_TAG) != 0);
        int units = length & ~UTF16_TAG;
        Charset charset = pair.endsWith("utf8")
                ? StandardCharsets.UTF_8
                : wide ? StandardCharsets.UTF_16LE : StandardCharsets.ISO_8859_1;
        Value bytes =
                call(pair + "-bytes", new Value.U32(wide ? 2L * units : units)).getFirst();
        return new String(((Value.ListValue) bytes).toBytes(), charset);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "utf8-to-utf8, plain, 0:1:5",
        "utf8-to-utf8, aéb, 0:1:4",
        "utf8-to-utf8, '', 0:1:0",
        "utf8-to-utf16, plain, 0:2:10",
        "utf8-to-utf16, aéb, 0:2:8 *8:2:6",
        "utf8-to-utf16, a😀b, 0:2:12 *12:2:8",
        "utf8-to-utf16, '', 0:2:0",
        "utf8-to-compact, plain, 0:2:5",
        "utf8-to-compact, aéb, 0:2:4 *4:2:3",
        "utf8-to-compact, é€, 0:2:5 *5:2:10 *10:2:4",
        "utf8-to-compact, a😀b, 0:2:6 *6:2:12 *12:2:8",
        "utf8-to-compact, '', 0:2:0",
        "utf16-to-utf8, plain, 0:1:5",
        "utf16-to-utf8, aéb, 0:1:3 *3:1:9 *9:1:4",
        "utf16-to-utf8, €€, 0:1:2 *2:1:6",
        "utf16-to-utf8, a😀b, 0:1:4 *4:1:12 *12:1:6",
        "utf16-to-utf8, '', 0:1:0",
        "utf16-to-utf16, a😀b, 0:2:8",
        "utf16-to-compact, plain, 0:2:5",
        "utf16-to-compact, aéb, 0:2:3",
        "utf16-to-compact, é€, 0:2:2 *2:2:4",
        "utf16-to-compact, a😀b, 0:2:4 *4:2:8",
        "utf16-to-compact, '', 0:2:0",
        "compact-to-utf8, plain, 0:1:5",
        "compact-to-utf8, aéb, 0:1:3 *3:1:6 *6:1:4",
        "compact-to-utf8, éé, 0:1:2 *2:1:4",
        "compact-to-utf8, a€b, 0:1:3 *3:1:9 *9:1:5",
        "compact-to-utf16, aéb, 0:2:6",
        "compact-to-utf16, a€b, 0:2:6",
        "compact-to-compact, aéb, 0:2:3",
        "compact-to-compact, é€, 0:2:4",
        "compact-to-compact, '', 0:2:0",
    })
    void aStringOnItsWayTakesTheseCalls(String pair, String text, String expected) {
        call(pair + "-pass", new Value.Str(text));

        assertThat(calls(pair)).containsExactly(expected.split(" "));
        assertThat(taken(pair)).isEqualTo(text);
    }

    /** Whoever sends Latin-1 in UTF-16 has said something about it, and is taken at that. */
    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "compact-to-utf8, 0:1:3 *3:1:9 *9:1:4",
        "compact-to-utf16, 0:2:6",
        "compact-to-compact, 0:2:6 *6:1:3",
    })
    void latin1InUtf16IsTakenForUtf16(String pair, String expected) {
        call(pair + "-pass-wide");

        assertThat(calls(pair)).containsExactly(expected.split(" "));
        assertThat(taken(pair)).isEqualTo("aéb");
    }

    /** The host chooses how its strings are encoded: as they are wanted. */
    @ParameterizedTest(name = "to {0}: {1}")
    @CsvSource({
        "utf8, aéb, 0:1:4",
        "utf16, aéb, 0:2:6",
        "utf16, a😀b, 0:2:8",
        "compact, aéb, 0:2:3",
        "compact, é€, 0:2:4"
    })
    void aStringOfTheHostTakesOneCall(String encoding, String text, String expected) {
        String pair = "utf8-to-" + encoding;
        call(pair + "-take", new Value.Str(text));

        assertThat(calls(pair)).containsExactly(expected);
        assertThat(taken(pair)).isEqualTo(text);
    }
}
