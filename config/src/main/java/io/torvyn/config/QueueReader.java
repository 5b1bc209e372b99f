package io.torvyn.config;

import io.torvyn.types.BackpressurePolicy;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A backpressure table of the runtime, a flow or an edge. */
final class QueueReader {
    private static final Format<Word> POLICY = Format.choice(Word.values(), Map.of("block", Word.BLOCK_PRODUCER));
    private static final Format<Integer> RATE =
            Format.integer(1, Integer.MAX_VALUE).withExample("1000");

    private enum Word {
        BLOCK_PRODUCER,
        DROP_OLDEST,
        DROP_NEWEST,
        ERROR,
        RATE_LIMIT
    }

    /**
     * What holds where the table says nothing.
     *
     * @param keys whose they are; null: nobody's, they are the defaults
     */
    record Outer(QueueSettings values, @Nullable Keys keys) {}

    /**
     * The keys of one queue.
     *
     * @param table the others are in it
     */
    record Keys(String depth, String table) {}

    private final Section section;
    private final Outer outer;
    private final Findings findings;

    QueueReader(Section section, Outer outer, Findings findings) {
        this.section = section;
        this.outer = outer;
        this.findings = findings;
    }

    /**
     * @param depths what is said of the queue's depth, in the table and around it
     * @param depthKey the path that it goes by
     */
    QueueSettings read(List<Said> depths, String depthKey) {
        Keys from = outer.keys();
        int depth = section.read(
                        SettingsReader.QUEUE_DEPTH,
                        depthKey,
                        List.of(),
                        depths,
                        outer.values().depth(),
                        from == null ? null : from.depth())
                .orElse(outer.values().depth());
        List<Said> words = section.said("backpressure_policy", "default_policy", "policy");
        Word inherited = word(outer.values().policy());
        Optional<Word> said = section.read(
                POLICY,
                section.path("backpressure_policy"),
                List.of(section.path("default_policy"), section.path("policy")),
                words,
                inherited,
                inner(from, "backpressure_policy"));
        Word word = said.orElse(inherited);
        double ratio = section.read(
                        Format.WATERMARK,
                        section.path("low_watermark_ratio"),
                        List.of(),
                        section.said("low_watermark_ratio"),
                        outer.values().lowWatermarkRatio(),
                        inner(from, "low_watermark_ratio"))
                .orElse(outer.values().lowWatermarkRatio());
        return new QueueSettings(depth, policy(word, rate(word, words, said.isEmpty() && !words.isEmpty())), ratio);
    }

    private static @Nullable String inner(@Nullable Keys keys, String key) {
        return keys == null ? null : keys.table() + "." + key;
    }

    /** A rate that the policy's layer, or one above it, gives to a policy that has none is one too many. */
    private int rate(Word word, List<Said> words, boolean unreadable) {
        String key = "max_elements_per_second";
        List<Said> rates = section.said(key);
        boolean inherits = words.isEmpty() && outer.values().policy() instanceof BackpressurePolicy.RateLimit;
        int inherited = outer.values().policy() instanceof BackpressurePolicy.RateLimit(int perSecond) ? perSecond : 1;
        Keys from = outer.keys();
        Optional<Integer> rate = section.read(
                RATE,
                section.path(key),
                List.of(),
                rates,
                inherits ? inherited : null,
                inherits ? inner(from, key) : null);
        boolean limited = word == Word.RATE_LIMIT;
        if (limited && rates.isEmpty() && !words.isEmpty() && !unreadable) {
            section.reportMissing(key, RATE);
        }
        int policyRank = words.isEmpty() ? 0 : words.getFirst().rank();
        if (!limited && !unreadable && !rates.isEmpty() && rates.getFirst().rank() >= policyRank) {
            findings.semantic(
                    section.path(key),
                    rates.getFirst().value().at(),
                    "`max_elements_per_second` belongs to the policy rate-limit",
                    "add `backpressure_policy = \"rate-limit\"` beside it, or remove it");
        }
        return rate.orElse(inherited);
    }

    private static BackpressurePolicy policy(Word word, int rate) {
        return switch (word) {
            case BLOCK_PRODUCER -> new BackpressurePolicy.BlockProducer();
            case DROP_OLDEST -> new BackpressurePolicy.DropOldest();
            case DROP_NEWEST -> new BackpressurePolicy.DropNewest();
            case ERROR -> new BackpressurePolicy.Fail();
            case RATE_LIMIT -> new BackpressurePolicy.RateLimit(rate);
        };
    }

    private static Word word(BackpressurePolicy policy) {
        return switch (policy) {
            case BackpressurePolicy.BlockProducer _ -> Word.BLOCK_PRODUCER;
            case BackpressurePolicy.DropOldest _ -> Word.DROP_OLDEST;
            case BackpressurePolicy.DropNewest _ -> Word.DROP_NEWEST;
            case BackpressurePolicy.Fail _ -> Word.ERROR;
            case BackpressurePolicy.RateLimit _ -> Word.RATE_LIMIT;
        };
    }
}
