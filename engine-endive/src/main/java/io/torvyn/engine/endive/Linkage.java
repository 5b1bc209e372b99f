package io.torvyn.engine.endive;

import io.torvyn.engine.endive.HostAdapters.HostAdapter;
import io.torvyn.engine.endive.HostAdapters.Prototype;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
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
    static final Linkage NONE = new Linkage(new Known(), new @Nullable Prototype[0]);

    private static final int KEPT = 8;

    /** All of one module. Safe for use by many threads. */
    static final class Known {
        private final List<Linkage> linkages = new ArrayList<>();
        /** By import: the host function that its call site is bound for; empty where it is bound for none. */
        private final Map<Integer, Optional<Prototype>> bound = new ConcurrentHashMap<>();

        void bound(int function, @Nullable Prototype prototype) {
            bound.put(function, Optional.ofNullable(prototype));
        }

        /** The host function that an import's call site is bound for, which takes its receiver first. */
        MethodHandle target(int function) {
            return bound.getOrDefault(function, Optional.empty())
                    .orElseThrow(
                            () -> new IllegalStateException("import " + function + " is bound for no host function"))
                    .target();
        }

        /** That of an adapter, for the call site of an import; null when that is bound for another host function, or none. */
        @Nullable
        Object receiver(int function, HostAdapter adapter) {
            return bound.getOrDefault(function, Optional.empty())
                    .map(adapter::receiverOf)
                    .orElse(null);
        }

        /** Whether the call site of an import calls what this instance imports; if nobody has called yet, will call. */
        boolean isDirect(int function, MethodType type, Instance caller) {
            HostAdapter adapter = ImportCallSite.adapter(caller, function);
            if (adapter == null) {
                return false;
            }
            Optional<Prototype> prototype = bound.get(function);
            return prototype == null
                    ? ImportCallSite.isOfType(adapter.prototype, type)
                    : prototype.filter(adapter.prototype::equals).isPresent();
        }

        private synchronized Linkage of(@Nullable Prototype[] prototypes) {
            for (Linkage linkage : linkages) {
                if (Arrays.equals(linkage.prototypes, prototypes)) {
                    return linkage;
                }
            }
            if (linkages.size() == KEPT) {
                return NONE;
            }
            var linkage = new Linkage(this, prototypes);
            linkages.add(linkage);
            return linkage;
        }
    }

    private final Known known;
    /** By import; null for what is not a function of the host. */
    private final @Nullable Prototype[] prototypes;

    private Linkage(Known known, @Nullable Prototype[] prototypes) {
        this.known = known;
        this.prototypes = prototypes;
    }

    /** What a call site is bound for when this instance is the first to call. */
    static Linkage forCallSite(Known known, Instance instance, @Nullable Memory memory) {
        Linkage linkage = NONE;
        if (memory instanceof FlatMemory window) {
            Linkage remembered = window.linkage;
            linkage = remembered == null ? link(known, instance, window) : remembered;
        }
        return linkage == NONE ? new Linkage(known, new @Nullable Prototype[0]) : linkage; // no memory will have it
    }

    /** Finds out again what the imports of an instance of the same module are. */
    void relink(Instance instance, FlatMemory memory) {
        link(known, instance, memory);
    }

    /** Looks at the imports of an instance as they are now, and has its memory remember what they are. */
    private static Linkage link(Known known, Instance instance, FlatMemory memory) {
        int imports = instance.imports().functionCount();
        var prototypes = new @Nullable Prototype[imports];
        var receivers = new @Nullable Object[imports];
        for (int i = 0; i < imports; i++) {
            WasmFunctionHandle handle = instance.imports().function(i).handle();
            WasmFunctionHandle behind = handle;
            if (handle instanceof ForwardedCall forwarded) {
                forwarded.table().notify(memory);
                behind = forwarded.target();
            }
            if (behind instanceof HostAdapter adapter) {
                prototypes[i] = adapter.prototype;
                receivers[i] = adapter.receiver;
            }
        }
        return memory.link(known.of(prototypes), receivers);
    }
}
