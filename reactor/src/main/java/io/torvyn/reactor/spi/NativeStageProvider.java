package io.torvyn.reactor.spi;

import io.torvyn.types.ComponentRole;

/**
 * Makes the native stages of one kind. Found by {@link java.util.ServiceLoader}; {@code native:<name>} in a flow means
 * the provider of that name.
 *
 * <p>What a configuration does wrong is thrown as a {@link io.torvyn.types.TorvynException}, before the flow starts.
 */
public interface NativeStageProvider {
    /** As it stands after {@code native:}. */
    String name();

    /** Whether it has a stage for that role. */
    boolean offers(ComponentRole role);

    /**
     * Whether a stage could be made as things are; makes, opens and changes nothing. What would keep the method for that
     * role from making one, and can be known before, is thrown here as it would be there.
     *
     * @param role one that {@link #offers} said yes to
     */
    default void check(ComponentRole role, NativeStageContext context) {}

    /** Called only when {@link #offers} said so for {@link ComponentRole#SOURCE}. */
    default NativeSource source(NativeStageContext context) {
        throw new UnsupportedOperationException("native:" + name() + " is not a source");
    }

    /** Called only when {@link #offers} said so for {@link ComponentRole#PROCESSOR}. */
    default NativeProcessor processor(NativeStageContext context) {
        throw new UnsupportedOperationException("native:" + name() + " is not a processor");
    }

    /** Called only when {@link #offers} said so for {@link ComponentRole#FILTER}. */
    default NativeFilter filter(NativeStageContext context) {
        throw new UnsupportedOperationException("native:" + name() + " is not a filter");
    }

    /** Called only when {@link #offers} said so for {@link ComponentRole#ROUTER}. */
    default NativeRouter router(NativeStageContext context) {
        throw new UnsupportedOperationException("native:" + name() + " is not a router");
    }

    /** Called only when {@link #offers} said so for {@link ComponentRole#AGGREGATOR}. */
    default NativeAggregator aggregator(NativeStageContext context) {
        throw new UnsupportedOperationException("native:" + name() + " is not an aggregator");
    }

    /** Called only when {@link #offers} said so for {@link ComponentRole#SINK}. */
    default NativeSink sink(NativeStageContext context) {
        throw new UnsupportedOperationException("native:" + name() + " is not a sink");
    }
}
