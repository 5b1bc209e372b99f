package io.torvyn.pipeline;

import io.torvyn.reactor.spi.NativeSource;
import io.torvyn.reactor.spi.NativeStageContext;
import io.torvyn.reactor.spi.NativeStageProvider;
import io.torvyn.types.ComponentRole;
import java.io.FilterInputStream;

/** {@code native:stdin}. */
public final class StandardInput implements NativeStageProvider {
    /** Used by {@link java.util.ServiceLoader}. */
    public StandardInput() {}

    @Override
    public String name() {
        return "stdin";
    }

    @Override
    public boolean offers(ComponentRole role) {
        return role == ComponentRole.SOURCE;
    }

    @Override
    public void check(ComponentRole role, NativeStageContext context) {
        NativeStageConfig.parse(context.node(), name(), context.config());
    }

    @Override
    public NativeSource source(NativeStageContext context) {
        var config = NativeStageConfig.parse(context.node(), name(), context.config());
        if (context.standardInput() instanceof ResumableInput shared) {
            return new StreamSource(context.node(), "standard input", shared, config);
        }
        // Standard input is not ours to close: whoever embeds the runtime may want it back.
        var unclosed = new FilterInputStream(context.standardInput()) {
            @Override
            public void close() {}
        };
        return new StreamSource(context.node(), "standard input", unclosed, config);
    }
}
