package io.torvyn.reactor.spi;

import java.io.IOException;

/** A stage in native Java. One object is one of these, and does its work in one flow, on that flow's thread. */
public sealed interface NativeRole extends AutoCloseable
        permits NativeSource, NativeProcessor, NativeFilter, NativeRouter, NativeAggregator, NativeSink {
    /** Called once, also after an error. */
    @Override
    void close() throws IOException;
}
