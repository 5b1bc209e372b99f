package io.torvyn.guests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** The built guest components by name. Stateless; any thread. */
public final class Guests {
    private static final List<String> NAMES = List.of(
            "append-thrice",
            "bad-realloc",
            "batch",
            "buffer-rules",
            "calls",
            "clone",
            "constant",
            "containing",
            "copy",
            "dice",
            "dice-filter",
            "dice-router",
            "dice-sink",
            "dice-source",
            "drop-every-second",
            "endless-start",
            "even-filter",
            "every-nth",
            "faulty",
            "faulty-sink",
            "faulty-source",
            "fetch",
            "file-sink",
            "file-source",
            "files",
            "grep",
            "hello-sink",
            "hello-source",
            "identity",
            "journal-sink",
            "json-sink",
            "json-source",
            "json-transform",
            "lifecycle-log",
            "line-source",
            "missing-import",
            "net",
            "notified-source",
            "owners",
            "pause-sink",
            "pieces",
            "places",
            "posix",
            "post-return",
            "rates",
            "requests",
            "reverse",
            "rewrite",
            "shop",
            "signpost",
            "sink",
            "slow",
            "source",
            "stamp",
            "streaming-aggregator",
            "streaming-filter",
            "streaming-router",
            "tally-filter",
            "tally-sink",
            "timezone",
            "traced",
            "unversioned",
            "upper",
            "waiting-source",
            "wasi-calls",
            "wasi-probe");

    private Guests() {}

    /** All guests, in alphabetical order. */
    public static List<String> names() {
        return NAMES;
    }

    /**
     * The component's binary, a fresh array each time.
     *
     * @throws IllegalArgumentException if there is no guest of that name
     */
    public static byte[] bytes(String name) {
        try (var in = Guests.class.getResourceAsStream(name + ".wasm")) {
            if (in == null || !NAMES.contains(name)) {
                throw new IllegalArgumentException("no guest is called '%s'; there are %s".formatted(name, NAMES));
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
