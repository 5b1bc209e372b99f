package io.torvyn.component.spi;

import java.lang.invoke.MethodHandle;

/** A function of a core instance. Belongs to the instance and to its thread. */
public non-sealed interface CoreFunction extends CoreExtern {
    CoreType.Function type();

    /**
     * Calls the function; of exactly the type {@code type().methodType()}, for {@code invokeExact}. What it throws is
     * understood by {@link CoreEngine#trap}.
     */
    MethodHandle handle();
}
