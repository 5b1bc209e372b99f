package io.torvyn.component.spi;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;

/** A function of a core instance. Belongs to the instance and to its thread. */
public non-sealed interface CoreFunction extends CoreExtern {
    CoreType.Function type();

    /**
     * Calls the function; of exactly the type {@code type().methodType()}, for {@code invokeExact}. What it throws is
     * understood by {@link CoreEngine#trap}.
     */
    MethodHandle handle();

    /**
     * Calls the function through an interface: an object of {@code call}, whose one abstract method has exactly the type
     * {@code type().methodType()}. Where something is called for each element of a stream, this is the quicker way in:
     * HotSpot sees through an interface's method, and not through a handle that is no constant.
     *
     * @param call public, as are the classes it is nested in
     */
    default <T> T as(Class<T> call) {
        return MethodHandleProxies.asInterfaceInstance(call, handle());
    }

    /** How the host's calls get in now; {@link CoreInstance#importPaths} has the way out. */
    default CallPath path() {
        return CallPath.PLAIN;
    }

    /** Between a caller and a function. */
    enum CallPath {
        /** Bound straight to compiled code: nothing is allocated, and HotSpot inlines across the border. */
        DIRECT,
        /**
         * By the function's number and with an array of arguments: into an interpreter or out of it, where a machine has
         * to help, and from one core module to another.
         */
        PLAIN
    }
}
