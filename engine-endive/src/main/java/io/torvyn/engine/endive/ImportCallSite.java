package io.torvyn.engine.endive;

import java.lang.invoke.CallSite;
import java.lang.invoke.ConstantCallSite;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.MutableCallSite;
import org.jspecify.annotations.Nullable;
import run.endive.runtime.Instance;
import run.endive.runtime.Memory;
import run.endive.runtime.WasmFunctionHandle;

/**
 * Where compiled code calls one of its imports. Public only because that code stands outside this module.
 *
 * <p>Shared by all instances of a module, and safe for use by many threads.
 */
public final class ImportCallSite {
    /*
     * Compiled code asks for the receiver, and calls the host function with it when there is one. The first call finds the
     * host function behind the import and binds it for good: HotSpot then inlines the host's code into the guest's. What
     * differs from instance to instance, the receiver, comes from the caller's memory, as long as its imports are those
     * that were found by the first call; and from the instance otherwise, with a check that this import at least is the
     * same host function. Where it is not, and where an import is a function of another module, there is no receiver, and
     * the method that Endive made serves, argument arrays and all.
     *
     * The branch is compiled code's, and not a method handle's: the JDK writes and loads a class for each step of such a
     * handle and each shape of a function, which was some hundred and fifty for a small flow's start.
     */
    private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();
    private static final MethodHandle LINK =
            find("link", MethodType.methodType(Object.class, ImportCallSite.class, Memory.class, Instance.class));
    private static final MethodHandle RECEIVER = find(
            "receiver",
            MethodType.methodType(
                    Object.class,
                    Linkage.class,
                    HostAdapters.Prototype.class,
                    int.class,
                    Memory.class,
                    Instance.class));
    private static final MethodHandle NOBODY =
            MethodHandles.empty(MethodType.methodType(Object.class, Memory.class, Instance.class));

    private final MutableCallSite site;
    private final MethodType type;
    private final int function;
    private final Linkage.Known known;
    private boolean isBound;

    private ImportCallSite(MutableCallSite site, MethodType type, int function, Linkage.Known known) {
        this.site = site;
        this.type = type;
        this.function = function;
        this.known = known;
    }

    private static MethodHandle find(String name, MethodType type) {
        try {
            return LOOKUP.findStatic(ImportCallSite.class, name, type);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** The name under which an import's method keeps the body that Endive gave it. */
    static String plainName(int function) {
        return "plain_" + function;
    }

    /**
     * Called by the Java virtual machine, for what gives the receiver, or null.
     *
     * @param type takes the caller's memory and the caller
     * @param function index of the import
     * @param called type of the import
     */
    public static CallSite receiver(
            MethodHandles.Lookup caller, String name, MethodType type, int function, MethodType called) {
        var site = new MutableCallSite(type);
        Linkage.Known known = CompiledClasses.of(caller.lookupClass()).linkages();
        site.setTarget(LINK.bindTo(new ImportCallSite(site, called, function, known)));
        return site;
    }

    /**
     * Called by the Java virtual machine when there is a receiver for the first time, for the host function.
     *
     * @param type takes the receiver, and what the import takes
     * @param function index of the import
     */
    public static CallSite call(MethodHandles.Lookup caller, String name, MethodType type, int function) {
        return new ConstantCallSite(
                CompiledClasses.of(caller.lookupClass()).linkages().target(function));
    }

    static @Nullable Object link(ImportCallSite of, @Nullable Memory memory, Instance caller) {
        return of.link(memory, caller);
    }

    /** What the first call calls; the later ones call it too, unless the import has to be looked at again. */
    private synchronized @Nullable Object link(@Nullable Memory memory, Instance caller) {
        HostAdapters.HostAdapter adapter = adapter(caller, function);
        if (isBound) {
            return adapter == null ? null : known.receiver(function, adapter); // another thread was here first
        }
        if (adapter == null) {
            if (!(caller.imports().function(function).handle() instanceof ForwardedCall)) {
                bind(NOBODY, null); // a table may still be filled, an import stays what it is
            }
            return null;
        }
        HostAdapters.Prototype prototype = adapter.prototype;
        if (!isOfType(prototype, type)) {
            bind(NOBODY, null);
            return null;
        }
        Linkage linkage = Linkage.forCallSite(known, caller, memory);
        bind(MethodHandles.insertArguments(RECEIVER, 0, linkage, prototype, function), prototype);
        return adapter.receiver;
    }

    private void bind(MethodHandle target, HostAdapters.@Nullable Prototype prototype) {
        known.bound(function, prototype);
        site.setTarget(target);
        isBound = true;
    }

    /** Whether the host function behind it takes and gives what compiled code does. */
    static boolean isOfType(HostAdapters.Prototype prototype, MethodType type) {
        return prototype.target().type().equals(type.insertParameterTypes(0, Object.class));
    }

    /** The host function behind an import, now; null when there is none. */
    static HostAdapters.@Nullable HostAdapter adapter(Instance caller, int function) {
        WasmFunctionHandle handle = caller.imports().function(function).handle();
        WasmFunctionHandle behind = handle instanceof ForwardedCall forwarded ? forwarded.target() : handle;
        return behind instanceof HostAdapters.HostAdapter adapter ? adapter : null;
    }

    /** The receiver of a host function; null when the caller's import is not the one that was bound. */
    static @Nullable Object receiver(
            Linkage linkage, HostAdapters.Prototype prototype, int function, @Nullable Memory memory, Instance caller) {
        return memory instanceof FlatMemory window && window.linkage == linkage
                ? window.receiver(function)
                : receiverOfOther(linkage, prototype, function, memory, caller);
    }

    private static @Nullable Object receiverOfOther(
            Linkage linkage, HostAdapters.Prototype prototype, int function, @Nullable Memory memory, Instance caller) {
        if (memory instanceof FlatMemory window && window.linkage == null) {
            linkage.relink(caller, window);
        }
        HostAdapters.HostAdapter adapter = adapter(caller, function);
        return adapter == null ? null : adapter.receiverOf(prototype);
    }
}
