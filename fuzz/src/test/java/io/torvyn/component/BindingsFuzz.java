package io.torvyn.component;

import io.torvyn.bindgen.values.Bytes;
import io.torvyn.bindgen.values.Echo;
import io.torvyn.bindgen.values.Kinds;
import io.torvyn.component.spi.CoreType;
import io.torvyn.component.spi.HostFunction;
import io.torvyn.fuzz.FuzzInput;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Generated bindings take any core values and any memory for arguments, and any memory for a result, or trap. The
 * contract has a type of each kind.
 */
public final class BindingsFuzz {
    private static final List<Lowering> FUNCTIONS = new ArrayList<>();
    private static final List<Area> AREAS = new ArrayList<>();

    static {
        for (HostInstance offered :
                List.of(Echo.host(host(Echo.class)), Kinds.host(host(Kinds.class)), Bytes.host(host(Bytes.class)))) {
            Map<String, HostItem> byName = new TreeMap<>(offered.items());
            for (HostItem item : byName.values()) {
                if (item instanceof HostItem.Function(var _, var lowering)) {
                    FUNCTIONS.add(lowering);
                }
            }
        }
        for (Class<?> declaring : List.of(Echo.class, Bytes.class)) {
            for (Class<?> nested : declaring.getDeclaredClasses()) {
                if (nested.getSimpleName().endsWith("Area")) {
                    AREAS.add(Area.of(nested));
                }
            }
        }
        AREAS.sort(Comparator.comparing(Area::name));
    }

    private BindingsFuzz() {}

    /** Where a guest leaves a result, and how it is read. */
    private record Area(String name, MethodHandle load, int size, int align) {
        static Area of(Class<?> nested) {
            try {
                return new Area(
                        nested.getName(),
                        MethodHandles.lookup().unreflect(nested.getMethod("load", LiftLowerContext.class, int.class)),
                        nested.getField("SIZE").getInt(null),
                        nested.getField("ALIGN").getInt(null));
            } catch (ReflectiveOperationException e) {
                throw new AssertionError(e);
            }
        }
    }

    private static final class Token implements Kinds.Token {
        @Override
        public String name() {
            return "token";
        }

        @Override
        public Result<Void, Kinds.Color> paint(Kinds.Color color) {
            return Result.err(color);
        }
    }

    /** Gives back its first argument where it can, a token or a string where not. */
    private static <T> T host(Class<T> contract) {
        return contract.cast(
                Proxy.newProxyInstance(contract.getClassLoader(), new Class<?>[] {contract}, (_, method, arguments) -> {
                    Class<?> result = method.getReturnType();
                    if (result == Kinds.Token.class) {
                        return new Token();
                    }
                    if (result == String.class) {
                        return arguments[0] instanceof String string ? string : "a token's name";
                    }
                    if (arguments != null && arguments[0] instanceof GuestBytes view) {
                        return ByteSource.of(view.toArray());
                    }
                    return result == void.class ? null : arguments[0];
                }));
    }

    public static void fuzzerTestOneInput(byte[] bytes) {
        var input = new FuzzInput(bytes);
        int choice = input.octet();
        var guest = new HostileGuest(input);
        if (choice % 2 == 0) {
            call(FUNCTIONS.get(choice / 2 % FUNCTIONS.size()).lower(guest.cx), guest, input);
        } else {
            load(AREAS.get(choice / 2 % AREAS.size()), guest, input);
        }
    }

    private static void call(HostFunction function, HostileGuest guest, FuzzInput input) {
        var arguments = new ArrayList<Object>();
        arguments.add(function.receiver());
        for (CoreType.Value type : function.type().parameters()) {
            arguments.add(
                    switch (type) {
                        case I32 -> (Object) input.number();
                        case I64 -> (long) input.number() << 32 | input.number() & 0xffff_ffffL;
                        case F32 -> Float.intBitsToFloat(input.integer());
                        case F64 -> Double.longBitsToDouble((long) input.integer() << 32 | input.octet());
                        case V128, FUNCREF, EXTERNREF -> throw new AssertionError("no component value is " + type);
                    });
        }
        guest.fill();
        guest.traps(() -> invoke(function.target(), arguments));
    }

    private static void invoke(MethodHandle target, List<Object> arguments) {
        try {
            target.invokeWithArguments(arguments);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    private static void load(Area area, HostileGuest guest, FuzzInput input) {
        int address = input.number();
        guest.fill();
        guest.traps(() -> {
            guest.cx.checkPlace(address, area.align, area.size);
            invoke(area.load, List.of(guest.cx, address));
        });
    }
}
