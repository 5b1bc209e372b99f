package io.torvyn.benchmarks;

import io.torvyn.engine.CompiledComponentCache;
import io.torvyn.engine.ComponentInvoker;
import io.torvyn.engine.ComponentInvoker.Outcome;
import io.torvyn.engine.Element;
import io.torvyn.types.ProcessError;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/**
 * The calls into source, copies and sink that a flow makes, in bursts as a flow makes them, with nothing between them but
 * buffers that change hands: what a flow takes beyond this is the runtime's. Checked as flows are.
 */
final class BareFlows implements SideBySide.Variant {
    private static final int BURST = 32;
    private static final int BURSTS_BETWEEN_LOOKS = 32;

    private final CompiledComponentCache cache = CompiledComponentCache.inMemory();
    private final int copies;

    /** @param copies processors between source and sink */
    BareFlows(int copies) {
        this.copies = copies;
    }

    @Override
    public SideBySide.Slice run(int payload, long millis) {
        try (var stages = new GuestStages(payload, cache, copies)) {
            Element[] even = places();
            Element[] odd = places();
            long elements = 0;
            SideBySide.Reading start = SideBySide.Reading.now();
            long end = start.nanos() + millis * 1_000_000;
            do {
                for (int i = 0; i < BURSTS_BETWEEN_LOOKS; i++) {
                    move(stages, even, odd);
                }
                elements += (long) BURSTS_BETWEEN_LOOKS * BURST;
            } while (System.nanoTime() - end < 0);
            SideBySide.Slice slice = SideBySide.Reading.now().since(start, elements);
            check(stages, payload, elements);
            double perElement = (double) stages.flow.ledger().copies() / elements;
            return new SideBySide.Slice(elements, slice.nanos(), slice.allocatedBytes(), OptionalDouble.of(perElement));
        }
    }

    private static Element[] places() {
        return Stream.generate(Element::new).limit(BURST).toArray(Element[]::new);
    }

    /** A burst through each stage. */
    private static void move(GuestStages stages, Element[] even, Element[] odd) {
        for (Element out : even) {
            expect(Outcome.EMITTED, stages.source.pull(out));
        }
        Element[] in = even;
        Element[] out = odd;
        for (ComponentInvoker copy : stages.copies) {
            copy(stages, copy, in, out);
            Element[] done = in;
            in = out;
            out = done;
        }
        for (Element last : in) {
            stages.receive(last);
            expect(Outcome.READY, stages.sink.push(last));
            stages.release(last);
        }
    }

    private static void copy(GuestStages stages, ComponentInvoker copy, Element[] in, Element[] out) {
        for (int i = 0; i < BURST; i++) {
            stages.receive(in[i]);
            expect(Outcome.EMITTED, copy.process(in[i], out[i]));
            stages.release(in[i]);
        }
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
