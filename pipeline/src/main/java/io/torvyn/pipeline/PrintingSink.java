package io.torvyn.pipeline;

import io.torvyn.reactor.spi.NativeSink;
import io.torvyn.reactor.spi.NativeStageContext;
import io.torvyn.reactor.spi.NativeStageProvider;
import io.torvyn.types.ComponentRole;

/** {@code native:print}: each element on a line of its own, on standard output; for trying a component out. */
public final class PrintingSink implements NativeStageProvider {
    /** Used by {@link java.util.ServiceLoader}. */
    public PrintingSink() {}

    @Override
    public String name() {
        return "print";
    }

    @Override
    public boolean offers(ComponentRole role) {
        return role == ComponentRole.SINK;
    }

    @Override
    public void check(ComponentRole role, NativeStageContext context) {
        NativeStageConfig.parse(context.node(), name(), context.config());
    }

    @Override
    public NativeSink sink(NativeStageContext context) {
        NativeStageConfig.parse(context.node(), name(), context.config());
        return StreamSink.ofLines(context.standardOutput());
    }
}
