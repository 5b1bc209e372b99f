package io.torvyn.component.spi;

import java.lang.invoke.MethodHandle;

/**
 * A host function as core code calls it.
 *
 * <p>The target is the same object for all instances, so that an engine can make one adapter for it and share it; what
 * differs from instance to instance is the receiver.
 *
 * @param type the core type
 * @param target takes the receiver first, then the parameters of {@code type.methodType()}; keep it in a static final
 * @param receiver the first argument of every call
 */
public record HostFunction(CoreType.Function type, MethodHandle target, Object receiver) implements CoreExtern {
    public HostFunction {
        var wanted = type.methodType().insertParameterTypes(0, target.type().parameterType(0));
        if (!target.type().equals(wanted)) {
            throw new IllegalArgumentException(
                    "a host function of type " + type + " needs a target of type " + wanted + ", not " + target.type());
        }
        if (!target.type().parameterType(0).isInstance(receiver)) {
            throw new IllegalArgumentException("the receiver of " + target.type() + " cannot be a "
                    + receiver.getClass().getName());
        }
    }
}
