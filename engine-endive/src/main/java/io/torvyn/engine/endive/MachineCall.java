package io.torvyn.engine.endive;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import run.endive.runtime.Instance;

/** A call through an instance's machine in the shape of a call of a compiled method. */
final class MachineCall {
    private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();
    private static final MethodHandle CALL = find(
            MachineCall.class, "call", MethodType.methodType(long[].class, int.class, Instance.class, long[].class));

    private MachineCall() {}

    /**
     * @param type of the function, of numbers only
     * @return takes the arguments, the memory and the instance
     */
    static MethodHandle of(int function, MethodType type) {
        MethodHandle call = MethodHandles.insertArguments(CALL, 0, function) // Instance, long[]
                .asCollector(long[].class, type.parameterCount());
        for (int i = 0; i < type.parameterCount(); i++) {
            call = MethodHandles.filterArguments(call, i + 1, toLong(type.parameterType(i)));
        }
        call = MethodHandles.filterReturnValue(call, fromLongs(type.returnType()));
        MethodType entry = CompiledClasses.entryType(type);
        int[] order = new int[type.parameterCount() + 1];
        order[0] = type.parameterCount() + 1;
        for (int i = 0; i < type.parameterCount(); i++) {
            order[i + 1] = i;
        }
        return MethodHandles.permuteArguments(call, entry, order);
    }

    static long[] call(int function, Instance instance, long[] arguments) {
        return instance.getMachine().call(function, arguments);
    }

    private static MethodHandle toLong(Class<?> type) {
        return find(MachineCall.class, "toLong", MethodType.methodType(long.class, type));
    }

    private static MethodHandle fromLongs(Class<?> type) {
        return find(MachineCall.class, "to" + type.getSimpleName(), MethodType.methodType(type, long[].class));
    }

    private static MethodHandle find(Class<?> owner, String name, MethodType type) {
        try {
            return LOOKUP.findStatic(owner, name, type);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("no way for values of type " + type, e);
        }
    }

    static long toLong(int value) {
        return value;
    }

    static long toLong(long value) {
        return value;
    }

    static long toLong(float value) {
        return Float.floatToRawIntBits(value);
    }

    static long toLong(double value) {
        return Double.doubleToRawLongBits(value);
    }

    static void tovoid(long[] results) {}

    static int toint(long[] results) {
        return (int) results[0];
    }

    static long tolong(long[] results) {
        return results[0];
    }

    static float tofloat(long[] results) {
        return Float.intBitsToFloat((int) results[0]);
    }

    static double todouble(long[] results) {
        return Double.longBitsToDouble(results[0]);
    }
}
