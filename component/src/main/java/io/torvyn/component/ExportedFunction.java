package io.torvyn.component;

import io.torvyn.component.spi.CoreFunction;
import io.torvyn.contracts.FunctionType;
import io.torvyn.contracts.ValueType;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A function that a component instance exports: the host's side of {@code canon lift}. Belongs to the instance and to
 * its thread.
 */
public final class ExportedFunction {
    private final String name;
    private final FunctionType type;
    private final LiftLowerContext context;
    private final CoreFunction core;
    private final @Nullable CoreFunction postReturn;
    private @Nullable Dynamic dynamic;

    /**
     * @param core of the type that {@code flatten_functype(..., 'lift')} gives
     * @param postReturn takes what {@code core} returns
     */
    ExportedFunction(
            String name,
            FunctionType type,
            LiftLowerContext context,
            CoreFunction core,
            @Nullable CoreFunction postReturn) {
        this.name = name;
        this.type = type;
        this.context = context;
        this.core = core;
        this.postReturn = postReturn;
    }

    /** The same function under the name that it is exported by. */
    ExportedFunction named(String exportName) {
        return new ExportedFunction(exportName, type, context, core, postReturn);
    }

    public String name() {
        return name;
    }

    /** How calls of it get in now. */
    public CoreFunction.CallPath path() {
        return core.path();
    }

    /** Its resource types are those of this instance. */
    public FunctionType type() {
        return type;
    }

    /** The options of its {@code canon lift}. */
    public LiftLowerContext context() {
        return context;
    }

    /**
     * The core function, called through an interface of the caller's: {@link CoreFunction#as}. Whoever calls it keeps the
     * border: {@link Instance#enter}.
     */
    public <T> T core(Class<T> call) {
        return core.as(call);
    }

    /**
     * To be called once after each call that went well, when the result has been lifted, with what {@link #core}
     * returned, while leaving is forbidden. Null when the component has none.
     */
    public <T> @Nullable T postReturn(Class<T> call) {
        return postReturn == null ? null : postReturn.as(call);
    }

    /**
     * Calls the function with values of types known at run time only. Own handles among the arguments are the
     * instance's from then on.
     *
     * @return empty when the type has no result
     * @throws NullPointerException when an argument is null; nothing has happened then
     * @throws EngineException E0807 when arguments do not fit the type, nothing has happened then; E0804 and its like
     *     when the call traps, the instance is finished then
     */
    public Optional<Value> call(List<Value> arguments) {
        Optional<Value> result = call(null, arguments);
        context.forgetLifted();
        return result;
    }

    /** Whose function it is. */
    Instance instance() {
        return context.instance();
    }

    /** The function, as another component's instance can import it. */
    Lowering lowering() {
        return new DynamicLowering(type, this::call, context, name);
    }

    /** @param caller context of the component that calls; null when it is the host */
    private Optional<Value> call(@Nullable LiftLowerContext caller, List<Value> arguments) {
        arguments.forEach(argument -> Objects.requireNonNull(argument, "an argument is null"));
        String mismatch = ValueTypes.mismatch(type, arguments);
        if (mismatch != null) {
            throw new EngineException(
                    new EngineFailure.TypeMismatch(context.instance().label(), name, mismatch));
        }
        Dynamic d = dynamic;
        if (d == null) {
            d = new Dynamic();
            dynamic = d;
        }
        return d.call(caller, arguments);
    }

    /** What the dynamic path needs beyond the core function. */
    private final class Dynamic {
        private final Flattening flattening = Flattening.of(type);
        private final List<ValueType> parameters =
                type.parameters().stream().map(ValueType.Field::type).toList();
        private final TypeLayouts layouts = new TypeLayouts();
        private final MethodHandle spreadCore =
                spread(core.handle(), flattening.lifted().parameters().size());
        private final @Nullable MethodHandle spreadPostReturn = postReturn == null
                ? null
                : spread(postReturn.handle(), flattening.lifted().results().size());

        /** "canon_lift". */
        Optional<Value> call(@Nullable LiftLowerContext source, List<Value> arguments) {
            Instance instance = context.instance();
            Instance caller = source == null ? null : source.instance();
            var lifter = new ValueLifter(context, layouts);
            var lowerer = new ValueLowerer(context, layouts, source);
            ContextSlots slots = instance.contextSlots();
            try {
                instance.checkUnrelated(caller, name);
                instance.enterFrom(caller, name);
                long slotsBefore = slots == null ? 0 : slots.begin();
                int borrowsBefore = context.handles().borrowCount();
                var flat = new FlatValues();
                if (flattening.parametersInMemory()) {
                    flat.addInt(lowerer.storeAll(parameters, arguments));
                } else {
                    lowerer.lowerAll(parameters, arguments, flat);
                }
                Object coreResult =
                        spreadCore.invokeExact(flat.toArray(flattening.lifted().parameters()));
                Optional<Value> result = type.result().map(resultType -> liftResult(lifter, resultType, coreResult));
                if (spreadPostReturn != null) {
                    boolean mayLeave = instance.forbidLeaving();
                    Object ignored = spreadPostReturn.invokeExact(
                            coreResult == null ? new Object[0] : new Object[] {coreResult});
                    instance.restoreLeaving(mayLeave);
                }
                if (context.handles().borrowCount() != borrowsBefore) {
                    throw Instance.borrowsRemain();
                }
                if (slots != null) {
                    slots.end(slotsBefore);
                }
                instance.leaveTo(caller);
                return result;
            } catch (Throwable t) {
                RuntimeException meaning = instance.trapped(t);
                lifter.abandon(meaning);
                throw meaning;
            } finally {
                lowerer.endBorrows();
            }
        }

        private Value liftResult(ValueLifter lifter, ValueType resultType, Object coreResult) {
            FlatValues flat = FlatValues.of(coreResult);
            return flattening.resultInMemory()
                    ? lifter.loadAll(List.of(resultType), flat.nextInt()).getFirst()
                    : lifter.lift(resultType, flat);
        }

        private static MethodHandle spread(MethodHandle target, int count) {
            return target.asSpreader(Object[].class, count).asType(MethodType.methodType(Object.class, Object[].class));
        }
    }
}
