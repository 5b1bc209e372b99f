package io.torvyn.pipeline;

import io.torvyn.engine.Element;
import io.torvyn.reactor.spi.NativeBuffers;
import io.torvyn.reactor.spi.NativeSink;
import io.torvyn.reactor.spi.NativeSource;
import io.torvyn.reactor.spi.NativeStageContext;
import io.torvyn.reactor.spi.NativeStageProvider;
import io.torvyn.resources.Buffer;
import io.torvyn.types.ComponentRole;
import org.jspecify.annotations.Nullable;

/** {@code native:watched}, which only a class loader of the tests knows: says what happens to it, through properties. */
public final class Watched implements NativeStageProvider {
    static final String OPENED = "io.torvyn.pipeline.watched.opened";
    static final String CLOSED = "io.torvyn.pipeline.watched.closed";

    /** Used by {@link java.util.ServiceLoader}. */
    public Watched() {}

    @Override
    public String name() {
        return "watched";
    }

    @Override
    public boolean offers(ComponentRole role) {
        return role == ComponentRole.SOURCE || role == ComponentRole.SINK;
    }

    @Override
    public NativeSource source(NativeStageContext context) {
        return new NativeSource() {
            @Override
            public boolean ready() {
                return true;
            }

            @Override
            public void onReady(Runnable wakeUp) {}

            @Override
            public @Nullable Buffer pull(NativeBuffers buffers) {
                return null;
            }

            @Override
            public void close() {
                closed(context);
            }
        };
    }

    private static void closed(NativeStageContext context) {
        System.setProperty(CLOSED, context.node());
        throw new IllegalStateException("closing fails, which must not hide why");
    }

    @Override
    public NativeSink sink(NativeStageContext context) {
        System.setProperty(OPENED, context.node() + " " + context.config());
        return new NativeSink() {
            @Override
            public void push(Element element) {}

            @Override
            public void flush() {}

            @Override
            public void complete() {}

            @Override
            public void close() {
                closed(context);
            }
        };
    }
}
