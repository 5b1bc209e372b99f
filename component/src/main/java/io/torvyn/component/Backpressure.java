package io.torvyn.component;

import io.torvyn.component.spi.CoreType;
import io.torvyn.component.spi.HostFunction;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.List;

/**
 * How often an instance has asked not to be called: CanonicalABI.md, "canon backpressure.{inc,dec}". Only calls of
 * asynchronous functions would wait for it, so that here it is counted and nothing else.
 */
final class Backpressure {
    private static final CoreType.Function TYPE = new CoreType.Function(List.of(), List.of());
    private static final int LIMIT = 1 << 16;
    private static final MethodHandle INCREASE;
    private static final MethodHandle DECREASE;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            INCREASE = lookup.findVirtual(Backpressure.class, "increase", MethodType.methodType(void.class));
            DECREASE = lookup.findVirtual(Backpressure.class, "decrease", MethodType.methodType(void.class));
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private int count;

    HostFunction function(boolean increase) {
        return new HostFunction(TYPE, increase ? INCREASE : DECREASE, this);
    }

    void increase() {
        count++;
        if (count == LIMIT) {
            throw new TrapException("backpressure counter overflow");
        }
    }

    void decrease() {
        if (count == 0) {
            throw new TrapException("backpressure counter underflow");
        }
        count--;
    }
}
