package io.torvyn.benchmarks;

import io.torvyn.benchmarks.calls.Calls;
import io.torvyn.component.Component;
import io.torvyn.component.Imports;
import io.torvyn.component.Instance;
import io.torvyn.component.InstanceOptions;
import io.torvyn.component.spi.CoreEngine;
import io.torvyn.component.spi.CoreLimits;
import io.torvyn.guests.Guests;
import java.util.ServiceLoader;

/** An instance of guest {@code calls}, behind its generated bindings. */
final class CallGuest implements AutoCloseable {
    private final Instance instance;
    final Calls.Guest calls;

    CallGuest() {
        CoreEngine engine = ServiceLoader.load(CoreEngine.class).findFirst().orElseThrow();
        Component component = Component.load(Guests.bytes("calls"), "calls", engine, CoreEngine.Strategy.OPTIMIZED);
        instance = component.instantiate(new Imports(), new InstanceOptions("calls", new CoreLimits(1 << 28, 100)));
        calls = Calls.Guest.of(instance);
    }

    @Override
    public void close() {
        instance.close();
    }
}
