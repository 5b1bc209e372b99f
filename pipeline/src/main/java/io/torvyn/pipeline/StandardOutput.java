package io.torvyn.pipeline;

import io.torvyn.reactor.spi.NativeSink;
import io.torvyn.reactor.spi.NativeStageContext;
import io.torvyn.reactor.spi.NativeStageProvider;
import io.torvyn.types.ComponentRole;

/** {@code native:stdout}. */
public final class StandardOutput implements NativeStageProvider {
    /** Used by {@link java.util.ServiceLoader}. */
    public StandardOutput() {}

    @Override
    public String name() {
        return "stdout";
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
        return new StreamSink(context.standardOutput(), false);
    }
}
