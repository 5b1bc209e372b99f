package io.torvyn.component;

import io.torvyn.component.spi.CoreType;
import io.torvyn.component.spi.HostFunction;
import io.torvyn.contracts.FunctionType;
import io.torvyn.contracts.ValueType;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Makes a function over {@link Value}s callable by core code: CanonicalABI.md, "canon lower".
 *
 * @param body gets the context of the call, and the arguments
 * @param callee where it lifts its result; null when it is a function of the host
 * @param name of the import that it is, for messages
 */
record DynamicLowering(
        FunctionType type,
        BiFunction<LiftLowerContext, List<Value>, Optional<Value>> body,
        @Nullable LiftLowerContext callee,
        String name)
        implements Lowering {
    static final String UNNAMED = "imported function";

    private static final MethodHandle CALL;

    static {
        try {
            CALL = MethodHandles.lookup()
                    .findVirtual(Call.class, "call", MethodType.methodType(Object.class, Object[].class));
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** One target for each core type, so that engines share their adapters; there are few types in practice. */
    private static final Map<CoreType.Function, MethodHandle> TARGETS = new ConcurrentHashMap<>();

    private static final int MAX_SHARED_TARGETS = 1024;

    /** The same function, as the import of that name. */
    DynamicLowering named(String importName) {
        return new DynamicLowering(type, body, callee, importName);
    }

    @Override
    public HostFunction lower(LiftLowerContext context) {
        Flattening flattening = Flattening.of(type);
        CoreType.Function core = flattening.lowered();
        return new HostFunction(core, target(core), new Call(this, context, flattening));
    }

    private static MethodHandle target(CoreType.Function core) {
        MethodHandle shared = TARGETS.get(core);
        if (shared != null) {
            return shared;
        }
        MethodHandle target = CALL.asCollector(Object[].class, core.parameters().size())
                .asType(core.methodType().insertParameterTypes(0, Call.class));
        // A guest chooses its types: it must not make the map grow without end.
        if (TARGETS.size() < MAX_SHARED_TARGETS) {
            TARGETS.put(core, target);
        }
        return target;
    }

    /** The function in one instance. */
    static final class Call {
        private final DynamicLowering function;
        private final LiftLowerContext cx;
        private final Flattening flattening;
        private final List<ValueType> parameters;
        private final TypeLayouts layouts = new TypeLayouts();

        Call(DynamicLowering function, LiftLowerContext cx, Flattening flattening) {
            this.function = function;
            this.cx = cx;
            this.flattening = flattening;
            this.parameters = function.type.parameters().stream()
                    .map(ValueType.Field::type)
                    .toList();
        }

        @Nullable
        Object call(Object... coreArguments) {
            cx.instance().checkMayLeave();
            FlatValues flat = FlatValues.of(coreArguments);
            var lifter = new ValueLifter(cx, layouts);
            List<Value> arguments;
            try {
                arguments = flattening.parametersInMemory()
                        ? lifter.loadAll(parameters, flat.nextInt())
                        : lifter.liftAll(parameters, flat);
            } catch (Throwable t) {
                lifter.abandon(t);
                throw t;
            }
            Optional<Value> result = function.body.apply(cx, arguments);
            cx.forgetLifted();
            checkResult(result);
            Object coreResult = lowerResult(result, flat);
            if (function.callee != null) {
                function.callee.forgetLifted();
            }
            lifter.endBorrows();
            return coreResult;
        }

        /** What the host gives back is looked at before anything of it is lowered. */
        @SuppressWarnings("NullableOptional") // a stranger gave it
        private void checkResult(@Nullable Optional<Value> result) {
            String mismatch = result == null
                    ? "the host's function returned null, and not an Optional"
                    : ValueTypes.mismatch(function.type.result(), result);
            if (mismatch != null) {
                throw new EngineException(
                        new EngineFailure.TypeMismatch(cx.instance().label(), function.name, mismatch));
            }
        }

        private @Nullable Object lowerResult(Optional<Value> result, FlatValues coreArguments) {
            if (result.isEmpty()) {
                return null;
            }
            ValueType resultType = function.type.result().orElseThrow();
            var lowerer = new ValueLowerer(cx, layouts, function.callee);
            if (flattening.resultInMemory()) {
                lowerer.storeAt(resultType, result.get(), coreArguments.nextInt());
                return null;
            }
            var flat = new FlatValues();
            lowerer.lower(resultType, result.get(), flat);
            return flat.toArray(flattening.lowered().results())[0];
        }
    }
}
