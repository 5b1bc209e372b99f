package io.torvyn.pipeline;

import io.torvyn.reactor.spi.NativeStageProvider;
import io.torvyn.types.ComponentRole;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The native stages that are installed: ours and whatever {@link ServiceLoader} finds. Immutable. */
public final class NativeStages {
    private final Map<String, NativeStageProvider> providers;

    private NativeStages(Map<String, NativeStageProvider> providers) {
        this.providers = providers;
    }

    public static NativeStages installed() {
        Map<String, NativeStageProvider> found = new HashMap<>();
        for (NativeStageProvider provider : ServiceLoader.load(NativeStageProvider.class)) {
            found.putIfAbsent(provider.name(), provider);
        }
        return new NativeStages(found);
    }

    /** What stands after {@code native:}, and what each can be. */
    public Map<String, Set<ComponentRole>> roles() {
        Map<String, Set<ComponentRole>> roles = new TreeMap<>();
        providers.forEach((name, provider) -> roles.put(
                name,
                Arrays.stream(ComponentRole.values())
                        .filter(provider::offers)
                        .collect(Collectors.toUnmodifiableSet())));
        return roles;
    }

    @Nullable
    NativeStageProvider find(String name) {
        return providers.get(name);
    }
}
