package io.torvyn.engine.endive;

import java.lang.invoke.CallSite;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.MutableCallSite;
import java.util.List;
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
     * The first call finds the host function behind the import and binds it for good: HotSpot then inlines the host's
     * code into the guest's. What differs from instance to instance, the receiver, comes from the caller's memory, as
     * long as its imports are those that were found by the first call; and from the instance otherwise, with a check that
     * this import at least is the same host function. Where it is not, and where an import is a function of another
     * module, the method that Endive made serves, argument arrays and all.
     */
    private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();
    private static final MethodHandle LINK =
            find("link", MethodType.methodType(MethodHandle.class, ImportCallSite.class, Memory.class, Instance.class));
    private static final MethodHandle RECEIVER = find(
            "receiver",
            MethodType.methodType(
                    Object.class,
                    Linkage.class,
                    HostAdapters.HostAdapter.class,
                    int.class,
                    Memory.class,
                    Instance.class));
    private static final MethodHandle IS_PRESENT =
            find("isPresent", MethodType.methodType(boolean.class, Object.class));

    private final MutableCallSite site;
    private final MethodHandle plain;
    private final int function;
    private final Linkage.Known known;

    private ImportCallSite(MutableCallSite site, MethodHandle plain, int function, Linkage.Known known) {
        this.known = known;
        this.site = site;
        this.plain = plain;
        this.function = function;
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
     * Called by the Java virtual machine.
     *
     * @param type the arguments of the import, the caller's memory, and the caller
     * @param function index of the import
     */
    public static CallSite bootstrap(MethodHandles.Lookup caller, String name, MethodType type, int function)
            throws ReflectiveOperationException {
        var site = new MutableCallSite(type);
        MethodHandle plain = caller.findStatic(caller.lookupClass(), plainName(function), type);
        Linkage.Known known = CompiledClasses.of(caller.lookupClass()).linkages();
        MethodHandle link = LINK.bindTo(new ImportCallSite(site, plain, function, known));
        site.setTarget(MethodHandles.foldArguments(MethodHandles.exactInvoker(type), afterArguments(link, type)));
        return site;
    }

    /** A function of the caller, as one of all that the import's method gets. */
    private static MethodHandle afterArguments(MethodHandle ofCaller, MethodType type) {
        return MethodHandles.dropArguments(ofCaller, 0, type.parameterList().subList(0, type.parameterCount() - 2));
    }

    static MethodHandle link(ImportCallSite of, @Nullable Memory memory, Instance caller) {
        return of.link(memory, caller);
    }

    /** What the first call calls; the later ones call it too, unless the import has to be looked at again. */
    private MethodHandle link(@Nullable Memory memory, Instance caller) {
        HostAdapters.HostAdapter adapter = adapter(caller, function);
        if (adapter == null) {
            if (!(caller.imports().function(function).handle() instanceof ForwardedCall)) {
                bind(plain, null); // a table may still be filled, an import stays what it is
            }
            return plain;
        }
        int arguments = plain.type().parameterCount() - 2;
        HostAdapters.HostAdapter prototype = adapter.prototype();
        return isOfType(prototype, plain.type().dropParameterTypes(arguments, arguments + 2))
                ? bind(direct(Linkage.forCallSite(known, caller, memory), prototype), prototype)
                : bind(plain, null);
    }

    private MethodHandle bind(MethodHandle target, HostAdapters.@Nullable HostAdapter prototype) {
        known.bound(function, prototype);
        site.setTarget(target);
        return target;
    }

    /** Whether the host function behind it takes and gives what compiled code does. */
    static boolean isOfType(HostAdapters.HostAdapter prototype, MethodType type) {
        return prototype.target().type().equals(type.insertParameterTypes(0, Object.class));
    }

    private MethodHandle direct(Linkage linkage, HostAdapters.HostAdapter prototype) {
        MethodType type = plain.type();
        int arguments = type.parameterCount() - 2;
        MethodHandle target = prototype.target();
        List<Class<?>> surroundings = type.parameterList().subList(arguments, arguments + 2);
        MethodHandle call = MethodHandles.guardWithTest(
                IS_PRESENT,
                MethodHandles.dropArguments(target, arguments + 1, surroundings),
                MethodHandles.dropArguments(plain, 0, Object.class));
        MethodHandle receiver = MethodHandles.insertArguments(RECEIVER, 0, linkage, prototype, function);
        return MethodHandles.foldArguments(call, afterArguments(receiver, type));
    }

    /** The host function behind an import, now; null when there is none. */
    static HostAdapters.@Nullable HostAdapter adapter(Instance caller, int function) {
        WasmFunctionHandle handle = caller.imports().function(function).handle();
        WasmFunctionHandle behind = handle instanceof ForwardedCall forwarded ? forwarded.target() : handle;
        return behind instanceof HostAdapters.HostAdapter adapter ? adapter : null;
    }

    /** The receiver of a host function; null when the caller's import is not the one that was bound. */
    static @Nullable Object receiver(
            Linkage linkage,
            HostAdapters.HostAdapter prototype,
            int function,
            @Nullable Memory memory,
            Instance caller) {
        return memory instanceof FlatMemory window && window.linkage == linkage
                ? window.receiver(function)
                : receiverOfOther(linkage, prototype, function, memory, caller);
    }

    private static @Nullable Object receiverOfOther(
            Linkage linkage,
            HostAdapters.HostAdapter prototype,
            int function,
            @Nullable Memory memory,
            Instance caller) {
        if (memory instanceof FlatMemory window && window.linkage == null) {
            linkage.relink(caller, window);
        }
        HostAdapters.HostAdapter adapter = adapter(caller, function);
        return adapter == null ? null : adapter.receiverOf(prototype);
    }

    static boolean isPresent(@Nullable Object receiver) {
        return receiver != null;
    }
}
