package io.torvyn.engine.endive;

import io.torvyn.engine.endive.HostAdapters.HostAdapter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;
import run.endive.runtime.Instance;
import run.endive.runtime.Memory;
import run.endive.runtime.WasmFunctionHandle;

/**
 * Which host functions the imports of an instance are; the same object for all instances of a module that agree in
 * them.
 *
 * <p>An {@link ImportCallSite} is bound for one linkage. Whether the caller has it is one comparison, and where it does
 * the receiver is an element of an array: both stand in the caller's memory, which compiled code has at hand. Finding
 * the same out through the instance takes five loads for each call, and eight through a table.
 */
final class Linkage {
    /** Of memories that match no call site: tables change too often, or there are too many linkages. */
    static final Linkage NONE = new Linkage(new @Nullable HostAdapter[0]);

    /** Of call sites that match no memory. */
    private static final Linkage UNMATCHED = new Linkage(new @Nullable HostAdapter[0]);

    private static final int KEPT = 8;
    private static final Map<ClassLoader, List<Linkage>> BY_LOADER = new WeakHashMap<>();

    /** By import; null for what is not a function of the host. */
    private final @Nullable HostAdapter[] prototypes;

    private Linkage(@Nullable HostAdapter[] prototypes) {
        this.prototypes = prototypes;
    }

    /** What a call site is bound for when this instance is the first to call. */
    static Linkage forCallSite(Instance instance, @Nullable Memory memory) {
        if (!(memory instanceof FlatMemory window)) {
            return UNMATCHED;
        }
        Linkage known = window.linkage;
        Linkage linkage = known == null ? link(instance, window) : known;
        return linkage == NONE ? UNMATCHED : linkage;
    }

    /** Looks at the imports of an instance as they are now, and has its memory remember what they are. */
    static Linkage link(Instance instance, FlatMemory memory) {
        int imports = instance.imports().functionCount();
        var prototypes = new @Nullable HostAdapter[imports];
        var receivers = new @Nullable Object[imports];
        for (int i = 0; i < imports; i++) {
            WasmFunctionHandle handle = instance.imports().function(i).handle();
            WasmFunctionHandle behind = handle;
            if (handle instanceof ForwardedCall forwarded) {
                forwarded.table().notify(memory);
                behind = forwarded.target();
            }
            if (behind instanceof HostAdapter adapter) {
                prototypes[i] = adapter.prototype();
                receivers[i] = adapter.receiver;
            }
        }
        Linkage linkage = shared(instance.getMachine().getClass().getClassLoader(), prototypes);
        return memory.link(linkage, receivers);
    }

    private static Linkage shared(ClassLoader loader, @Nullable HostAdapter[] prototypes) {
        synchronized (BY_LOADER) {
            List<Linkage> known = BY_LOADER.computeIfAbsent(loader, _ -> new ArrayList<>());
            for (Linkage linkage : known) {
                if (Arrays.equals(linkage.prototypes, prototypes)) {
                    return linkage;
                }
            }
            if (known.size() == KEPT) {
                return NONE;
            }
            var linkage = new Linkage(prototypes);
            known.add(linkage);
            return linkage;
        }
    }
}
