package io.torvyn.host;

import io.torvyn.reactor.spi.NativeStageProvider;
import java.util.Map;

/**
 * What stands behind the nodes of a flow that an application gave itself, and no manifest could name.
 *
 * @param components the bytes of components, by node
 * @param stages stages in Java, by what stands after {@code native:}
 */
record StagesInCode(Map<String, byte[]> components, Map<String, NativeStageProvider> stages) {
    static final StagesInCode NONE = new StagesInCode(Map.of(), Map.of());

    StagesInCode {
        components = Map.copyOf(components);
        stages = Map.copyOf(stages);
    }
}
