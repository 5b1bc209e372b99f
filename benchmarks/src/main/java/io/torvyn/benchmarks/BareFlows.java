package io.torvyn.benchmarks;

import io.torvyn.engine.CompiledComponentCache;
import io.torvyn.engine.ComponentInvoker;
import io.torvyn.engine.ComponentInvoker.Outcome;
import io.torvyn.engine.Element;
import io.torvyn.types.ProcessError;
import java.util.List;
import java.util.OptionalDouble;

/**
 * The calls into source, copies and sink that a flow makes, one after the other on this thread, with nothing between them
 * but buffers that change hands: what a flow takes beyond this is the runtime's. Checked as flows are.
 */
final class BareFlows implements SideBySide.Variant {
    private static final int ELEMENTS_BETWEEN_LOOKS = 1_024;

    private final CompiledComponentCache cache = CompiledComponentCache.inMemory();
    private final int copies;

    /** @param copies processors between source and sink */
    BareFlows(int copies) {
        this.copies = copies;
    }

    @Override
    public SideBySide.Slice run(int payload, long millis) {
        try (var stages = new GuestStages(payload, cache, copies)) {
            List<Element> between =
                    stages.copies.stream().map(_ -> new Element()).toList();
            var last = new Element();
            long elements = 0;
            SideBySide.Reading start = SideBySide.Reading.now();
            long end = start.nanos() + millis * 1_000_000;
            do {
                for (int i = 0; i < ELEMENTS_BETWEEN_LOOKS; i++) {
                    move(stages, between, last);
                }
                elements += ELEMENTS_BETWEEN_LOOKS;
            } while (System.nanoTime() - end < 0);
            SideBySide.Slice slice = SideBySide.Reading.now().since(start, elements);
            check(stages, payload, elements);
            double perElement = (double) stages.flow.ledger().copies() / elements;
            return new SideBySide.Slice(elements, slice.nanos(), slice.allocatedBytes(), OptionalDouble.of(perElement));
        }
    }

    private static void move(GuestStages stages, List<Element> between, Element last) {
        Element in = between.getFirst();
        expect(Outcome.EMITTED, stages.source.pull(in));
        stages.receive(in);
        for (int i = 0; i < between.size(); i++) {
            ComponentInvoker copy = stages.copies.get(i);
            Element out = i + 1 < between.size() ? between.get(i + 1) : last;
            expect(Outcome.EMITTED, copy.process(in, out));
            stages.release(in);
            stages.receive(out);
            in = out;
        }
        expect(Outcome.READY, stages.sink.push(last));
        stages.release(last);
    }

    private static void expect(Outcome expected, Outcome actual) {
        if (expected != actual) {
            throw new IllegalStateException("expected " + expected + ", got " + actual);
        }
    }

    private void check(GuestStages stages, int payload, long elements) {
        long copied = payload == 0 ? 0 : (2 + 2L * copies) * elements;
        if (stages.flow.ledger().copies() != copied) {
            throw new IllegalStateException("the ledger should show " + copied + " copies, not "
                    + stages.flow.ledger().copies());
        }
        String report = Work.report(payload, elements);
        ProcessError error = stages.sink.complete();
        if (error == null || !report.equals(error.message())) {
            throw new IllegalStateException("the sink should have reported " + report + ", not " + error);
        }
    }
}
