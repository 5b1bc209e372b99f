package io.torvyn.specsuite;

import io.torvyn.component.HostInstance;
import io.torvyn.component.HostItem;
import io.torvyn.component.HostResource;
import io.torvyn.component.Imports;
import io.torvyn.component.Value;
import io.torvyn.component.spi.CoreEngine;
import io.torvyn.component.spi.CoreModule;
import io.torvyn.contracts.FunctionType;
import io.torvyn.contracts.ResourceType;
import io.torvyn.contracts.ValueType;
import io.torvyn.contracts.ValueType.Primitive;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What the scripts of Wasmtime's suite import from their host, as far as it is synchronous. The specification's own
 * scripts import nothing of it.
 */
final class WasmtimeHost {
    /** {@code (module (global (export "g") i32 (i32.const 100)) (func (export "f") (result i32) (i32.const 101)))} */
    private static final byte[] SIMPLE_MODULE = {
        0,
        'a',
        's',
        'm',
        1,
        0,
        0,
        0, //
        1,
        5,
        1,
        0x60,
        0,
        1,
        0x7f, //
        3,
        2,
        1,
        0, //
        6,
        7,
        1,
        0x7f,
        0,
        0x41,
        (byte) 0xe4,
        0,
        0x0b, //
        7,
        9,
        2,
        1,
        'g',
        3,
        0,
        1,
        'f',
        0,
        0, //
        10,
        7,
        1,
        5,
        0,
        0x41,
        (byte) 0xe5,
        0,
        0x0b
    };

    private final ResourceType first = new ResourceType("resource1");
    private final ResourceType second = new ResourceType("resource2");
    private int drops;
    private long lastDropped;

    private final class First implements HostResource {
        private final long rep;

        First(long rep) {
            this.rep = rep;
        }

        @Override
        public void drop() {
            drops++;
            lastDropped = rep;
        }
    }

    /** Offers all of it. */
    void offer(Imports imports, CoreEngine engine) {
        var own = new ValueType.Own(first);
        CoreModule simple = engine.compile(SIMPLE_MODULE, CoreEngine.Strategy.BASELINE);
        imports.add("host-return-two", function(Primitive.U32, _ -> new Value.U32(2)))
                .add(new HostInstance(
                        "host",
                        Map.ofEntries(
                                Map.entry("return-three", function(Primitive.U32, _ -> new Value.U32(3))),
                                Map.entry(
                                        "nested",
                                        new HostItem.Instance(
                                                Map.of("return-four", function(Primitive.U32, _ -> new Value.U32(4))))),
                                Map.entry("return-hi", function(Primitive.STRING, _ -> new Value.Str("hi"))),
                                Map.entry("simple-module", new HostItem.Module(simple)),
                                Map.entry("resource1", new HostItem.Resource(first)),
                                Map.entry("resource1-again", new HostItem.Resource(first)),
                                Map.entry("resource2", new HostItem.Resource(second)),
                                Map.entry(
                                        "[constructor]resource1",
                                        function(
                                                own,
                                                arguments -> new Value.OwnHandle(
                                                        new First(((Value.U32) arguments.getFirst()).value())),
                                                "r",
                                                Primitive.U32)),
                                Map.entry(
                                        "[static]resource1.assert",
                                        unnamed(arguments -> sameRep(
                                                ((Value.OwnHandle) arguments.getFirst()).resource(),
                                                arguments.getLast()))),
                                Map.entry(
                                        "[static]resource1.last-drop",
                                        function(Primitive.U32, _ -> new Value.U32(lastDropped))),
                                Map.entry(
                                        "[static]resource1.drops", function(Primitive.U32, _ -> new Value.U32(drops))),
                                Map.entry(
                                        "[method]resource1.simple",
                                        unnamed(arguments -> sameRep(
                                                ((Value.BorrowHandle) arguments.getFirst()).resource(),
                                                arguments.getLast()))),
                                Map.entry("[method]resource1.take-borrow", unnamed(_ -> null)),
                                Map.entry("[method]resource1.take-own", unnamed(arguments -> {
                                    ((Value.OwnHandle) arguments.getLast())
                                            .resource()
                                            .drop();
                                    return null;
                                })))));
    }

    /** The functions of that host have no names for their parameters. */
    private static HostItem unnamed(Function<List<Value>, @Nullable Value> body) {
        return new HostItem.Untyped(arguments -> Optional.ofNullable(body.apply(arguments)));
    }

    private static @Nullable Value sameRep(HostResource resource, Value rep) {
        if (((First) resource).rep != ((Value.U32) rep).value()) {
            throw new IllegalStateException("another resource than was expected");
        }
        return null;
    }

    private static HostItem function(
            @Nullable ValueType result, Function<List<Value>, @Nullable Value> body, Object... namesAndTypes) {
        var parameters = new ArrayList<ValueType.Field>();
        for (int i = 0; i < namesAndTypes.length; i += 2) {
            parameters.add(new ValueType.Field((String) namesAndTypes[i], (ValueType) namesAndTypes[i + 1]));
        }
        return HostItem.function(
                new FunctionType(parameters, Optional.ofNullable(result)),
                arguments -> Optional.ofNullable(body.apply(arguments)));
    }
}
