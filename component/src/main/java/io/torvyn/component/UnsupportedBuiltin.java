package io.torvyn.component;

import io.torvyn.component.spi.CoreType;
import io.torvyn.component.spi.HostFunction;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/** A canonical built-in for asynchrony, as core code of one instance sees it: every call traps. */
record UnsupportedBuiltin(Instance instance, String name) {
    private static final MethodHandle TRAP;

    static {
        try {
            TRAP = MethodHandles.lookup()
                    .findVirtual(UnsupportedBuiltin.class, "trap", MethodType.methodType(TrapException.class));
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** What such built-ins of that core type have in common, whatever the instance. */
    static MethodHandle target(CoreType.Function type) {
        MethodType called = type.methodType();
        MethodHandle raise = MethodHandles.throwException(called.returnType(), TrapException.class);
        MethodHandle trap = MethodHandles.filterArguments(raise, 0, TRAP);
        return MethodHandles.dropArguments(trap, 1, called.parameterList());
    }

    HostFunction function(CoreType.Function type, MethodHandle target) {
        return new HostFunction(type, target, this);
    }

    TrapException trap() {
        instance.checkMayLeave();
        return new TrapException("canon " + name + " is not supported");
    }
}
