package io.torvyn.engine.endive;

import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_void;
import static java.lang.constant.ConstantDescs.INIT_NAME;

import io.torvyn.component.spi.CoreType;
import io.torvyn.component.spi.HostFunction;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.DynamicConstantDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.ref.WeakReference;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;
import run.endive.runtime.Instance;
import run.endive.runtime.WasmFunctionHandle;

/**
 * The way out of core code: for each host function one generated class, shared by all instances that import it.
 *
 * <p>Safe for use by many threads.
 */
final class HostAdapters {
    /*
     * The class holds the function's handle as a constant, so that HotSpot inlines the host's code into it, and takes
     * the arguments from Endive's array one by one. What differs from instance to instance is one field. The class
     * keeps its handle alive and its objects keep the class alive: held weakly here, so both go with the last
     * instance.
     */
    private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();
    private static final ClassDesc ADAPTER =
            HostAdapter.class.describeConstable().orElseThrow();
    private static final ClassDesc GENERATED = ADAPTER.nested("Generated");
    private static final ClassDesc CD_INSTANCE =
            Instance.class.describeConstable().orElseThrow();
    private static final ClassDesc CD_LONGS = ConstantDescs.CD_long.arrayType();

    private final Map<MethodHandle, WeakReference<HostAdapter>> prototypes = new WeakHashMap<>();

    WasmFunctionHandle adapt(HostFunction function) {
        return prototype(function).bind(function.receiver());
    }

    private synchronized HostAdapter prototype(HostFunction function) {
        WeakReference<HostAdapter> known = prototypes.get(function.target());
        HostAdapter prototype = known == null ? null : known.get();
        if (prototype == null) {
            prototype = generate(function);
            prototypes.put(function.target(), new WeakReference<>(prototype));
        }
        return prototype;
    }

    private static HostAdapter generate(HostFunction function) {
        // The receiver's class need not be visible from here.
        MethodHandle target = function.target().asType(function.target().type().changeParameterType(0, Object.class));
        try {
            Class<?> generated = LOOKUP.defineHiddenClassWithClassData(classFile(function.type()), target, true)
                    .lookupClass();
            var prototype = (HostAdapter) LOOKUP.findConstructor(
                            generated, MethodType.methodType(void.class, HostAdapter.class, Object.class))
                    .invoke((HostAdapter) null, (Object) null);
            prototype.target = target;
            return prototype;
        } catch (Throwable e) {
            throw new IllegalStateException("no adapter for a host function of type " + function.type(), e);
        }
    }

    private static byte[] classFile(CoreType.Function type) {
        var constructor = MethodTypeDesc.of(CD_void, ADAPTER, CD_Object);
        return ClassFile.of().build(GENERATED, c -> c.withFlags(ClassFile.ACC_FINAL | ClassFile.ACC_SUPER)
                .withSuperclass(ADAPTER)
                .withMethodBody(INIT_NAME, constructor, 0, code -> code.aload(0)
                        .aload(1)
                        .aload(2)
                        .invokespecial(ADAPTER, INIT_NAME, constructor)
                        .return_())
                .withMethodBody("bind", MethodTypeDesc.of(ADAPTER, CD_Object), ClassFile.ACC_PUBLIC, code -> code.new_(
                                GENERATED)
                        .dup()
                        .aload(0)
                        .aload(1)
                        .invokespecial(GENERATED, INIT_NAME, constructor)
                        .areturn())
                .withMethodBody(
                        "apply",
                        MethodTypeDesc.of(CD_LONGS, CD_INSTANCE, CD_LONGS),
                        ClassFile.ACC_PUBLIC | ClassFile.ACC_VARARGS,
                        code -> apply(code, type)));
    }

    private static void apply(CodeBuilder code, CoreType.Function type) {
        MethodTypeDesc target = type.methodType()
                .insertParameterTypes(0, Object.class)
                .describeConstable()
                .orElseThrow();
        code.loadConstant(DynamicConstantDesc.ofNamed(
                ConstantDescs.ofConstantBootstrap(
                        MethodHandles.class.describeConstable().orElseThrow(), "classData", CD_Object),
                ConstantDescs.DEFAULT_NAME,
                ConstantDescs.CD_MethodHandle));
        code.aload(0).getfield(ADAPTER, "receiver", CD_Object);
        List<CoreType.Value> parameters = type.parameters();
        for (int i = 0; i < parameters.size(); i++) {
            code.aload(2).loadConstant(i).laload();
            Slots.fromLong(code, parameters.get(i));
        }
        code.invokevirtual(ConstantDescs.CD_MethodHandle, "invokeExact", target);
        if (type.results().isEmpty()) {
            code.aconst_null().areturn();
            return;
        }
        CoreType.Value result = type.results().getFirst();
        Slots.toLong(code, result);
        int value = code.allocateLocal(TypeKind.LONG);
        code.lstore(value);
        if (parameters.size() == 1) {
            code.aload(2); // Endive made the array for this call and is done with it; it has the length that is wanted
        } else {
            code.loadConstant(1).newarray(TypeKind.LONG);
        }
        code.dup().loadConstant(0).lload(value).lastore().areturn();
    }

    /** What the generated classes have in common. */
    abstract static class HostAdapter implements WasmFunctionHandle {
        final @Nullable Object receiver;

        /** Keeps what the map of prototypes holds weakly; null in a prototype. */
        final @Nullable HostAdapter prototype;

        /** The host function of a prototype; its receiver comes first, as an {@link Object}. */
        private @Nullable MethodHandle target;

        HostAdapter(@Nullable HostAdapter prototype, @Nullable Object receiver) {
            this.prototype = prototype;
            this.receiver = receiver;
        }

        abstract HostAdapter bind(Object receiver);

        /** The one of which there is one for each host function. */
        HostAdapter prototype() {
            return prototype == null ? this : prototype;
        }

        /** Its receiver; null when it is an adapter for another host function. */
        @SuppressWarnings("ReferenceEquality") // there is one prototype for each, and this is in the way of every call
        @Nullable
        Object receiverOf(HostAdapter expected) {
            return prototype == expected ? receiver : null;
        }

        /** The host function, whose first parameter is its receiver, as an {@link Object}. */
        MethodHandle target() {
            MethodHandle of = prototype().target;
            if (of == null) {
                throw new IllegalStateException("an adapter that nobody has generated");
            }
            return of;
        }
    }
}
