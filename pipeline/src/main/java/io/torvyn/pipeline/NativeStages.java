package io.torvyn.pipeline;

import io.torvyn.config.ComponentReference;
import io.torvyn.config.NodeDefinition;
import io.torvyn.reactor.spi.NativeStageContext;
import io.torvyn.reactor.spi.NativeStageProvider;
import io.torvyn.types.ComponentRole;
import io.torvyn.types.Failure;
import io.torvyn.types.TorvynException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
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
        for (NativeStageProvider provider : providers()) {
            found.putIfAbsent(provider.name(), provider);
        }
        return new NativeStages(found);
    }

    /** To look for providers on a class path, all jars of the module path are opened as well: not where there is none. */
    private static ServiceLoader<NativeStageProvider> providers() {
        ModuleLayer layer = NativeStages.class.getModule().getLayer();
        boolean isAllModules = ModuleLayer.boot().equals(layer)
                && System.getProperty("java.class.path", "").isEmpty()
                && ClassLoader.getSystemClassLoader()
                        .equals(Thread.currentThread().getContextClassLoader());
        return isAllModules
                ? ServiceLoader.load(layer, NativeStageProvider.class)
                : ServiceLoader.load(NativeStageProvider.class);
    }

    /** These, and others beside or before them, by what stands after {@code native:}. */
    public NativeStages with(Map<String, NativeStageProvider> others) {
        Map<String, NativeStageProvider> all = new HashMap<>(providers);
        all.putAll(others);
        return new NativeStages(all);
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

    /**
     * What keeps a node from being the native stage that it names, as things are; empty too when there is no such stage,
     * or none for its role.
     *
     * @param directory what relative paths start from
     */
    public Optional<Failure> check(NodeDefinition node, Path directory, StandardStreams streams) {
        NativeStageProvider provider =
                node.component() instanceof ComponentReference.Native(var name) ? providers.get(name) : null;
        if (provider == null || !provider.offers(node.role())) {
            return Optional.empty();
        }
        try {
            provider.check(
                    node.role(),
                    new NativeStageContext(
                            node.name(), node.config().orElse(""), directory, streams.in(), streams.out()));
            return Optional.empty();
        } catch (TorvynException e) {
            return Optional.of(e.failure());
        }
    }

    @Nullable
    NativeStageProvider find(String name) {
        return providers.get(name);
    }
}
