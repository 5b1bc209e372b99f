package io.torvyn.engine;

import io.torvyn.component.CompiledCode;
import io.torvyn.component.Component;
import io.torvyn.component.spi.CoreEngine;
import io.torvyn.types.ComponentTypeId;
import io.torvyn.types.Defaults;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Compiled components, by the SHA-256 of their binary: in memory, and their compiled code on disk if there is a folder
 * for it. Safe for use by many threads, and the folder by many processes.
 *
 * <p>Trouble with the disk is never an error: what cannot be read, or is not ours, is compiled again.
 */
public final class CompiledComponentCache {
    /** What a folder may take unless one says otherwise. */
    public static final long DEFAULT_MAX_BYTES = Defaults.CACHE_MAX_SIZE;

    private static final int MAX_IN_MEMORY = 256;

    private record Key(ComponentTypeId type, String engine, CoreEngine.Strategy strategy) {}

    private final @Nullable CompiledCodeStore store;
    private final Map<Key, CompiledComponent> memory = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, CompiledComponent> eldest) {
            return size() > MAX_IN_MEMORY;
        }
    };

    private CompiledComponentCache(@Nullable CompiledCodeStore store) {
        this.store = store;
    }

    /** Remembers in memory only. */
    public static CompiledComponentCache inMemory() {
        return new CompiledComponentCache(null);
    }

    /**
     * Remembers compiled code in a folder of the user's own, which is made if need be. A folder that others may write
     * to is not used. It takes at most {@link #DEFAULT_MAX_BYTES}.
     */
    public static CompiledComponentCache onDisk(Path folder) {
        return onDisk(folder, DEFAULT_MAX_BYTES);
    }

    /**
     * The same with a limit of one's own.
     *
     * @param maxBytes of all entries together; those that have not been used for the longest time make room
     */
    public static CompiledComponentCache onDisk(Path folder, long maxBytes) {
        return new CompiledComponentCache(
                CompiledCodeStore.open(folder, maxBytes).orElse(null));
    }

    /** The folder in use; empty when nothing is kept on disk. */
    public Optional<Path> folder() {
        return Optional.ofNullable(store).map(CompiledCodeStore::folder);
    }

    CompiledComponent get(
            ComponentTypeId type, byte[] wasm, String source, CoreEngine core, CoreEngine.Strategy strategy) {
        var key = new Key(type, core.fingerprint(), strategy);
        synchronized (memory) {
            CompiledComponent known = memory.get(key);
            if (known != null) {
                return known.from(CompiledComponent.Origin.MEMORY_CACHE);
            }
        }
        CompiledComponent compiled = load(key, wasm, source, core);
        synchronized (memory) {
            CompiledComponent first = memory.putIfAbsent(key, compiled);
            // Of threads that compile the same at once all have the classes of the one that was first.
            return first == null ? compiled : first.from(CompiledComponent.Origin.MEMORY_CACHE);
        }
    }

    private CompiledComponent load(Key key, byte[] wasm, String source, CoreEngine core) {
        if (store == null || key.strategy() == CoreEngine.Strategy.BASELINE) {
            Component component = Component.load(wasm, source, core, key.strategy());
            return new CompiledComponent(key.type(), component, CompiledComponent.Origin.COMPILED);
        }
        String name = CompiledCodeStore.name(
                key.type(), core.name(), key.engine(), key.strategy().code());
        Optional<CompiledCode> stored = store.read(name);
        if (stored.isPresent()) {
            Component component = Component.load(wasm, source, core, key.strategy(), stored.get());
            return new CompiledComponent(key.type(), component, CompiledComponent.Origin.DISK_CACHE);
        }
        Component component = Component.load(wasm, source, core, key.strategy());
        component.whenCompiled(() -> store.write(name, component.compiledCode()));
        return new CompiledComponent(key.type(), component, CompiledComponent.Origin.COMPILED);
    }
}
