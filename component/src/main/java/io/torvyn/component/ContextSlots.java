package io.torvyn.component;

import io.torvyn.component.spi.CoreFunction;
import io.torvyn.component.spi.CoreType;
import io.torvyn.component.spi.HostFunction;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.List;

/**
 * What {@code context.get} and {@code context.set} read and write: two numbers that belong to one call of an exported
 * function, and are 0 when it begins. CanonicalABI.md, "canon context.get".
 */
final class ContextSlots {
    private static final CoreType.Function GET_TYPE = new CoreType.Function(List.of(), List.of(CoreType.Value.I32));
    private static final CoreType.Function SET_TYPE = new CoreType.Function(List.of(CoreType.Value.I32), List.of());
    private static final MethodHandle GET;
    private static final MethodHandle SET;
    private static final MethodHandle CLEAR;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            GET = lookup.findVirtual(Slot.class, "get", GET_TYPE.methodType());
            SET = lookup.findVirtual(Slot.class, "set", SET_TYPE.methodType());
            CLEAR = lookup.findVirtual(ContextSlots.class, "clear", MethodType.methodType(void.class));
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final int[] values = new int[2];

    record Slot(ContextSlots slots, int index) {
        int get() {
            return slots.values[index];
        }

        void set(int value) {
            slots.values[index] = value;
        }
    }

    HostFunction get(int slot) {
        return new HostFunction(GET_TYPE, GET, new Slot(this, slot));
    }

    HostFunction set(int slot) {
        return new HostFunction(SET_TYPE, SET, new Slot(this, slot));
    }

    /** A call begins while another one is under way. Gives what {@link #end} puts back. */
    long begin() {
        long before = ((long) values[1] << 32) | (values[0] & 0xffff_ffffL);
        clear();
        return before;
    }

    void end(long before) {
        values[0] = (int) before;
        values[1] = (int) (before >> 32);
    }

    /** The same {@code realloc}, each call of which has numbers of its own: CanonicalABI.md, "reallocate". */
    Realloc apart(Realloc realloc) {
        return (oldAddress, oldSize, align, newSize) -> {
            long before = begin();
            int address = realloc.call(oldAddress, oldSize, align, newSize);
            end(before);
            return address;
        };
    }

    void clear() {
        values[0] = 0;
        values[1] = 0;
    }

    /** The same function, with which a call ends. */
    CoreFunction ending(CoreFunction last) {
        MethodHandle clear = CLEAR.bindTo(this);
        MethodHandle body = last.handle();
        Class<?> result = body.type().returnType();
        MethodHandle after = result == void.class
                ? MethodHandles.dropArguments(clear, 0, Throwable.class)
                : MethodHandles.foldArguments(
                        MethodHandles.dropArguments(MethodHandles.identity(result), 0, Throwable.class), clear);
        return new Ending(last.type(), MethodHandles.tryFinally(body, after));
    }

    private record Ending(CoreType.Function type, MethodHandle handle) implements CoreFunction {}
}
