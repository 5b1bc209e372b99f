package io.torvyn.benchmarks;

import io.torvyn.component.binary.ComponentDecoder;
import io.torvyn.component.binary.Definition;
import io.torvyn.component.spi.CoreEngine;
import io.torvyn.component.spi.CoreExtern;
import io.torvyn.component.spi.CoreFunction;
import io.torvyn.component.spi.CoreInstance;
import io.torvyn.component.spi.CoreLimits;
import io.torvyn.component.spi.CoreMemory;
import io.torvyn.component.spi.CoreModule;
import io.torvyn.component.spi.CoreType;
import io.torvyn.component.spi.HostFunction;
import io.torvyn.guests.Guests;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.ServiceLoader;

/**
 * The core module of guest {@code calls} without any component around it: the core calls that a component's call cannot
 * do without, and one bulk copy each way. What lifting and lowering cost is what is above this.
 */
public final class BareCalls {
    public interface Nop {
        void call();
    }

    public interface Add {
        int call(int a, int b);
    }

    public interface Mix {
        double call(int a, long b, float c, double d);
    }

    public interface OfRange {
        int call(int address, int length);
    }

    public interface OfInt {
        int call(int value);
    }

    public interface PostReturn {
        void call(int area);
    }

    public interface Relay {
        int call(
                long id,
                long at,
                int sensor,
                int delta,
                int unit,
                int rank,
                int quality,
                int flagged,
                double value,
                float error);
    }

    public interface Realloc {
        int call(int old, int held, int align, int size);
    }

    private static final String PREFIX = "torvyn:calls/calls@0.1.0#";

    private final CoreInstance instance;
    final CoreMemory memory;
    final Realloc realloc;
    final Nop nop;
    final Add add;
    final Mix mix;
    final OfRange text;
    final OfRange greet;
    final PostReturn afterGreet;
    final OfRange sum;
    final OfInt bytes;
    final PostReturn afterBytes;
    final Relay relay;
    final OfRange relayAll;
    final PostReturn afterRelayAll;
    final OfInt newCounter;
    final PostReturn dropCounter;
    final Add increment;

    BareCalls() {
        byte[] component = Guests.bytes("calls");
        CoreEngine engine = ServiceLoader.load(CoreEngine.class).findFirst().orElseThrow();
        CoreModule module = engine.compile(main(component), CoreEngine.Strategy.OPTIMIZED);
        List<CoreExtern> arguments = new ArrayList<>();
        for (CoreModule.Import wanted : module.imports()) {
            arguments.add(intrinsic((CoreType.Function) wanted.type()));
        }
        instance = module.instantiate(arguments, new CoreLimits(1 << 28, 100));
        memory = memory();
        realloc = function("cabi_realloc", Realloc.class);
        nop = function(PREFIX + "nop", Nop.class);
        add = function(PREFIX + "add", Add.class);
        mix = function(PREFIX + "mix", Mix.class);
        text = function(PREFIX + "text", OfRange.class);
        greet = function(PREFIX + "greet", OfRange.class);
        afterGreet = function("cabi_post_" + PREFIX + "greet", PostReturn.class);
        sum = function(PREFIX + "sum", OfRange.class);
        bytes = function(PREFIX + "bytes", OfInt.class);
        afterBytes = function("cabi_post_" + PREFIX + "bytes", PostReturn.class);
        relay = function(PREFIX + "relay", Relay.class);
        relayAll = function(PREFIX + "relay-all", OfRange.class);
        afterRelayAll = function("cabi_post_" + PREFIX + "relay-all", PostReturn.class);
        newCounter = function(PREFIX + "[constructor]counter", OfInt.class);
        dropCounter = function(PREFIX + "[dtor]counter", PostReturn.class);
        increment = function(PREFIX + "[method]counter.increment", Add.class);
    }

    private CoreMemory memory() {
        if (instance.export("memory") instanceof CoreMemory exported) {
            return exported;
        }
        throw new IllegalStateException("guest calls exports no memory");
    }

    /** The largest core module is the guest's own; what wit-component adds for resources are a few bytes. */
    private static byte[] main(byte[] component) {
        return ComponentDecoder.decode(component).definitions().stream()
                .filter(Definition.CoreModule.class::isInstance)
                .map(Definition.CoreModule.class::cast)
                .map(m -> Arrays.copyOfRange(component, m.offset(), m.offset() + m.length()))
                .max((a, b) -> Integer.compare(a.length, b.length))
                .orElseThrow();
    }

    /** In place of {@code resource.new} and its like: handles are what they stand for. */
    private static HostFunction intrinsic(CoreType.Function type) {
        MethodHandle same =
                type.results().isEmpty() ? MethodHandles.empty(type.methodType()) : MethodHandles.identity(int.class);
        return new HostFunction(type, MethodHandles.dropArguments(same, 0, Object.class), new Object());
    }

    private <T> T function(String name, Class<T> call) {
        if (instance.export(name) instanceof CoreFunction function) {
            return function.as(call);
        }
        throw new IllegalStateException("guest calls exports no function " + name);
    }
}
