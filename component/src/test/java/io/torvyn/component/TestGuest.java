package io.torvyn.component;

import io.torvyn.component.spi.CoreFunction;
import io.torvyn.component.spi.CoreTrap;
import io.torvyn.component.spi.CoreType;
import io.torvyn.component.spi.HostFunction;
import io.torvyn.contracts.FunctionType;
import io.torvyn.contracts.ValueType;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A component instance whose core code is Java, with a real memory and an allocator that only ever goes up. */
final class TestGuest {
    static final int MEMORY_BYTES = 1 << 20;

    final TestMemory memory = new TestMemory(MEMORY_BYTES);
    final Instance instance;
    final LiftLowerContext cx;
    /** All that was asked of realloc: old address, old size, alignment, size. */
    final List<List<Integer>> reallocs = new ArrayList<>();
    /** What realloc answers; the allocator when null. */
    @Nullable
    Answer answer;

    /** What a guest's realloc may be. */
    interface Answer {
        int realloc(int oldAddress, int oldSize, int align, int size);
    }

    private int top = 16;

    TestGuest() {
        this("component-3 ('upper')", null, StringEncoding.UTF8);
    }

    TestGuest(StringEncoding encoding) {
        this("component-3 ('upper')", null, encoding);
    }

    TestGuest(String label, @Nullable Instance parent, StringEncoding encoding) {
        instance = new Instance(label, new TestEngine(), parent, null);
        cx = new LiftLowerContext(instance, memory, this::realloc, encoding);
    }

    int realloc(int oldAddress, int oldSize, int align, int size) {
        reallocs.add(List.of(oldAddress, oldSize, align, size));
        if (answer != null) {
            return answer.realloc(oldAddress, oldSize, align, size);
        }
        top = (top + align - 1) & -align;
        int address = top;
        top += size;
        if (top > MEMORY_BYTES) {
            throw new TestEngine.CoreTrapped(CoreTrap.Kind.UNREACHABLE);
        }
        memory.write(address, bytes(oldAddress, Math.min(oldSize, size)), 0, Math.min(oldSize, size));
        return address;
    }

    /** Bytes into memory, where nothing else is. */
    int place(int align, int... bytes) {
        int address = realloc(0, 0, align, bytes.length);
        for (int i = 0; i < bytes.length; i++) {
            memory.writeByte(address + i, (byte) bytes[i]);
        }
        return address;
    }

    byte[] bytes(int address, int length) {
        byte[] bytes = new byte[length];
        memory.read(address, bytes, 0, length);
        return bytes;
    }

    ValueLifter lifter() {
        return new ValueLifter(cx, new TypeLayouts());
    }

    ValueLowerer lowerer() {
        return new ValueLowerer(cx, new TypeLayouts(), null);
    }

    Value load(ValueType type, int address) {
        return lifter().loadAll(List.of(type), address).getFirst();
    }

    Value lift(ValueType type, Object... coreValues) {
        return lifter().lift(type, FlatValues.of(coreValues));
    }

    int store(ValueType type, Value value) {
        return lowerer().storeAll(List.of(type), List.of(value));
    }

    List<Object> lower(ValueType type, Value value) {
        var flat = new FlatValues();
        lowerer().lower(type, value, flat);
        return Arrays.asList(flat.toArray(Flattening.of(type)));
    }

    /** An export whose core function is a method of {@code code} that has the given name. */
    ExportedFunction export(String name, FunctionType type, Object code) {
        return export(name, type, code, null);
    }

    ExportedFunction export(String name, FunctionType type, Object code, @Nullable String postReturn) {
        return new ExportedFunction(
                name,
                type,
                cx,
                new MethodAsCore(handle(code, name)),
                postReturn == null ? null : new MethodAsCore(handle(code, postReturn)));
    }

    /** A Java method in the place of a core function. */
    private record MethodAsCore(MethodHandle handle) implements CoreFunction {
        @Override
        public CoreType.Function type() {
            throw new UnsupportedOperationException("nobody asks for it");
        }
    }

    /** The only method of that name, as a core function. */
    static MethodHandle handle(Object receiver, String name) {
        var method = Arrays.stream(receiver.getClass().getDeclaredMethods())
                .filter(m -> m.getName().equals(name))
                .findFirst()
                .orElseThrow();
        method.setAccessible(true);
        try {
            return MethodHandles.lookup().unreflect(method).bindTo(receiver);
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }

    /** Calls a lowered function as an engine does: through exactly its core type. */
    static @Nullable Object call(HostFunction function, Object... coreArguments) {
        MethodType exact = function.type().methodType();
        MethodHandle bound = function.target().bindTo(function.receiver());
        if (!bound.type().equals(exact)) {
            throw new AssertionError(bound.type() + " is not " + exact);
        }
        try {
            return bound.invokeWithArguments(coreArguments);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    static FunctionType function(@Nullable ValueType result, ValueType... parameters) {
        var fields = new ArrayList<ValueType.Field>();
        for (ValueType parameter : parameters) {
            fields.add(new ValueType.Field("p" + fields.size(), parameter));
        }
        return new FunctionType(fields, Optional.ofNullable(result));
    }
}
