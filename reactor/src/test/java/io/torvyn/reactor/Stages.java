package io.torvyn.reactor;

import io.torvyn.engine.ComponentInvoker;
import io.torvyn.engine.Element;
import io.torvyn.engine.Route;
import io.torvyn.resources.Buffer;
import io.torvyn.resources.BufferOwner;
import io.torvyn.resources.ContentType;
import io.torvyn.resources.LentBuffer;
import io.torvyn.streaming.Types;
import io.torvyn.streaming.Types.BackpressureSignal;
import io.torvyn.types.ComponentId;
import io.torvyn.types.ProcessError;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Stages without guests behind them, for what a driver does around its calls. */
final class Stages {
    private Stages() {}

    /** A stage that keeps a diary which several stages may share. */
    abstract static class Fake implements ComponentInvoker {
        final ComponentId id;
        final String name;
        final List<String> diary;
        BufferOwner owner;

        @Nullable
        ProcessError error;

        @Nullable
        ProcessError initError;

        @Nullable
        ProcessError completeError;

        volatile @Nullable Duration timedOutAfter;
        int closes;

        Fake(long id, String name, List<String> diary) {
            this.id = new ComponentId(id);
            this.name = name;
            this.diary = diary;
        }

        Buffer write(String text) {
            byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
            Buffer buffer = owner.acquire(utf8.length);
            buffer.append(utf8, 0, utf8.length);
            return buffer;
        }

        Outcome emit(Element out, String text) {
            Buffer buffer = write(text);
            buffer.beginTransfer(owner);
            out.payload = buffer;
            out.contentType = ContentType.NONE;
            return Outcome.EMITTED;
        }

        String read(Element in) {
            return new String(bytes(in), StandardCharsets.UTF_8);
        }

        byte[] bytes(Element in) {
            Types.Buffer lent = owner.borrow(in.payload);
            try {
                return lent instanceof LentBuffer view ? view.toArray() : in.payload.toArray();
            } finally {
                owner.giveBack(in.payload);
            }
        }

        Outcome fail(ProcessError why) {
            error = why;
            return Outcome.ERROR;
        }

        @Override
        public ComponentId id() {
            return id;
        }

        @Override
        public Outcome pull(Element out) {
            throw new AssertionError(name + " is no source");
        }

        @Override
        public Outcome process(Element in, Element out) {
            throw new AssertionError(name + " is no processor");
        }

        @Override
        public Outcome evaluate(Element in) {
            throw new AssertionError(name + " is no filter");
        }

        @Override
        public Outcome route(Element in, Route route) {
            throw new AssertionError(name + " is no router");
        }

        @Override
        public Outcome ingest(Element in, Element out) {
            throw new AssertionError(name + " is no aggregator");
        }

        @Override
        public Outcome flush(Collection<Element> out) {
            throw new AssertionError(name + " is no aggregator");
        }

        @Override
        public Outcome push(Element in) {
            throw new AssertionError(name + " is no sink");
        }

        @Override
        public void notifyBackpressure(BackpressureSignal signal) {
            diary.add(name + "." + signal.toString().toLowerCase(Locale.ROOT));
        }

        @Override
        public @Nullable ProcessError init(String config) {
            diary.add(name + ".init(" + config + ")");
            return initError;
        }

        @Override
        public @Nullable ProcessError complete() {
            diary.add(name + ".complete");
            return completeError;
        }

        @Override
        public void teardown() {
            diary.add(name + ".teardown");
        }

        @Override
        public ProcessError lastError() {
            return error;
        }

        @Override
        public void timingOut(Duration limit) {
            timedOutAfter = limit;
        }

        @Override
        public void cancelling() {}

        @Override
        public long memoryBytes() {
            return 0;
        }

        @Override
        public void close() {
            closes++;
        }
    }

    /** Emits what a function gives for 0, 1, 2…, until that is null. */
    static class Source extends Fake {
        private final IntFunction<@Nullable String> elements;
        int next;

        Source(long id, String name, List<String> diary, IntFunction<@Nullable String> elements) {
            super(id, name, diary);
            this.elements = elements;
        }

        static Source of(int count) {
            return new Source(1, "source", new ArrayList<>(), i -> i < count ? "element " + i : null);
        }

        @Override
        public Outcome pull(Element out) {
            String text = elements.apply(next++);
            return text == null ? Outcome.NOTHING : emit(out, text);
        }
    }

    /** Upper-cases; drops what contains {@code drop}. */
    static class Upper extends Fake {
        int calls;

        Upper(long id, String name, List<String> diary) {
            super(id, name, diary);
        }

        static Upper plain() {
            return new Upper(2, "upper", new ArrayList<>());
        }

        @Override
        public Outcome process(Element in, Element out) {
            calls++;
            String text = read(in);
            return text.contains("drop") ? Outcome.NOTHING : emit(out, text.toUpperCase(Locale.ROOT));
        }
    }

    /** Collects. */
    static class Sink extends Fake {
        final List<String> texts = new ArrayList<>();
        final List<Long> sequences = new ArrayList<>();
        final List<Long> timestamps = new ArrayList<>();

        Sink(long id, String name, List<String> diary) {
            super(id, name, diary);
        }

        static Sink plain() {
            return new Sink(3, "sink", new ArrayList<>());
        }

        @Override
        public Outcome push(Element in) {
            texts.add(read(in));
            sequences.add(in.sequence);
            timestamps.add(in.timestampNanos);
            return Outcome.READY;
        }
    }

    /** Lets pass what a predicate wants, and remembers the buffers that it saw. */
    static class Filter extends Fake {
        final List<Buffer> seen = new ArrayList<>();
        private final Predicate<String> wanted;

        Filter(long id, String name, Predicate<String> wanted) {
            super(id, name, new ArrayList<>());
            this.wanted = wanted;
        }

        @Override
        public Outcome evaluate(Element in) {
            seen.add(in.payload);
            return wanted.test(read(in)) ? Outcome.PASSED : Outcome.NOTHING;
        }
    }

    /** Sends each element where a function of its text says, as a guest that names ports would. */
    static class Router extends Fake {
        private final Function<String, List<String>> ports;

        Router(long id, String name, Function<String, List<String>> ports) {
            super(id, name, new ArrayList<>());
            this.ports = ports;
        }

        @Override
        public Outcome route(Element in, Route route) {
            route.clear();
            ports.apply(read(in)).forEach(route::add);
            return route.unknown() != null
                    ? Outcome.UNKNOWN_PORT
                    : route.size() == 0 ? Outcome.NOTHING : Outcome.PASSED;
        }
    }

    /** Joins so many texts; what is left at the end comes out one by one. */
    static class Batch extends Fake {
        private final int size;
        private final List<String> held = new ArrayList<>();
        int flushes;

        Batch(long id, String name, List<String> diary, int size) {
            super(id, name, diary);
            this.size = size;
        }

        @Override
        public Outcome ingest(Element in, Element out) {
            held.add(read(in));
            if (held.size() < size) {
                return Outcome.NOTHING;
            }
            String joined = String.join("+", held);
            held.clear();
            return emit(out, joined);
        }

        @Override
        public Outcome flush(Collection<Element> out) {
            flushes++;
            diary.add(name + ".flush");
            for (String text : held) {
                var element = new Element();
                emit(element, text);
                out.add(element);
            }
            return held.isEmpty() ? Outcome.NOTHING : Outcome.EMITTED;
        }
    }
}
