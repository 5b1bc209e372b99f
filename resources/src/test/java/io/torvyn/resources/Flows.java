package io.torvyn.resources;

import io.torvyn.component.Result;
import io.torvyn.streaming.Types;
import io.torvyn.types.ComponentId;
import io.torvyn.types.EventSink;
import io.torvyn.types.FlowId;

/** One flow with one component, as the tests here need it. */
final class Flows {
    private Flows() {}

    static FlowResources open(Resources resources) {
        return resources.open(new FlowId(1), EventSink.NOOP);
    }

    static BufferOwner component(FlowResources flow) {
        return flow.owner(new ComponentId(3), "upper");
    }

    static MutableBuffer ok(Result<Types.MutableBuffer, Types.BufferError> result) {
        return switch (result) {
            case Result.Ok<Types.MutableBuffer, Types.BufferError>(var buffer) -> (MutableBuffer) buffer;
            case Result.Err<Types.MutableBuffer, Types.BufferError>(var error) ->
                throw new AssertionError(error.toString());
        };
    }

    static Types.BufferError error(Result<?, Types.BufferError> result) {
        return switch (result) {
            case Result.Ok<?, Types.BufferError> _ -> throw new AssertionError("no error");
            case Result.Err<?, Types.BufferError>(var error) -> error;
        };
    }

    /** A frozen buffer with that text, owned by the component. */
    static Buffer filled(BufferOwner owner, ArrayMemory memory, String text) {
        MutableBuffer writer = ok(owner.allocate(text.length()));
        writer.append(memory.place(text));
        Buffer frozen = writer.freeze();
        writer.drop();
        return frozen;
    }
}
