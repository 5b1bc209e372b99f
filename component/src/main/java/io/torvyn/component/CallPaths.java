package io.torvyn.component;

import io.torvyn.component.spi.CoreFunction.CallPath;
import java.util.List;

/**
 * How calls cross the border of an instance at one moment: bound straight to compiled code, or the plain way. It may
 * change: code is compiled in the background, tables are filled, and what a call site has met first decides for all
 * instances of a module.
 *
 * @param in functions that the component exports, in order, those of interfaces as {@code interface#function}
 * @param out functions that its core modules import from the host or from each other, in order, as {@code module#name}
 */
public record CallPaths(List<Crossing> in, List<Crossing> out) {
    public CallPaths {
        in = List.copyOf(in);
        out = List.copyOf(out);
    }

    /** One function. */
    public record Crossing(String function, CallPath path) {}
}
