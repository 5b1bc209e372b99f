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

    /**
     * Whether it has a stage for that role; {@link ComponentRole#SOURCE}, {@link ComponentRole#PROCESSOR} and {@link
     * ComponentRole#SINK} are possible.
     */
    boolean offers(ComponentRole role);

    /**
     * Whether a stage could be made as things are; makes, opens and changes nothing. What would keep {@link #source}, {@link
     * #processor} or {@link #sink} from working, and can be known before, is thrown here as it would be there.
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

    /** Called only when {@link #offers} said so for {@link ComponentRole#SINK}. */
    default NativeSink sink(NativeStageContext context) {
        throw new UnsupportedOperationException("native:" + name() + " is not a sink");
    }
}
