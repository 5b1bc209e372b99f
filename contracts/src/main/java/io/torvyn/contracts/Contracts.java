package io.torvyn.contracts;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The project's own contracts: the canonical {@code .wit} files, which come with this module as resources. */
public final class Contracts {
    private static final List<String> FILES = List.of(
            "torvyn-streaming/types.wit",
            "torvyn-streaming/buffer-allocator.wit",
            "torvyn-streaming/source.wit",
            "torvyn-streaming/processor.wit",
            "torvyn-streaming/sink.wit",
            "torvyn-streaming/lifecycle.wit",
            "torvyn-streaming/world.wit",
            "torvyn-filtering/filter.wit",
            "torvyn-filtering/router.wit",
            "torvyn-filtering/world.wit",
            "torvyn-aggregation/aggregator.wit",
            "torvyn-aggregation/world.wit",
            "torvyn-capabilities/capabilities.wit",
            "pureflow-batch/batch.wit");

    private Contracts() {}

    /** The texts, by folder and file name: {@code torvyn-streaming/types.wit}. */
    public static Map<String, String> sources() {
        Map<String, String> sources = new LinkedHashMap<>();
        for (String file : FILES) {
            sources.put(file, source(file));
        }
        return sources;
    }

    private static String source(String file) {
        try (InputStream in = Contracts.class.getResourceAsStream("wit/" + file)) {
            if (in == null) {
                throw new AssertionError("this build lacks its contract " + file);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("contract " + file, e);
        }
    }

    /** All of them, resolved; read once. */
    public static WitPackages packages() {
        return Resolved.PACKAGES;
    }

    private static final class Resolved {
        private static final WitPackages PACKAGES = WitPackages.parse(sources());
    }
}
