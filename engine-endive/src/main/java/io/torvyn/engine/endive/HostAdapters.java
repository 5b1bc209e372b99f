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
     * the arguments from Endive's array one by one. It is made when somebody comes this way: compiled code goes by
     * ImportCallSite, and of the fifty functions that a program imports it calls a few, while making the classes of all
     * took a fifth of a program's start. What differs from instance to instance is one field. An adapter keeps its host
     * function alive, and that its class: held weakly here, so all go with the last instance.
     */
    private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();
    private static final ClassDesc CODE = Code.class.describeConstable().orElseThrow();
    private static final ClassDesc GENERATED = CODE.nested("Generated");
    private static final ClassDesc CD_LONGS = ConstantDescs.CD_long.arrayType();

    private final Map<MethodHandle, WeakReference<Prototype>> prototypes = new WeakHashMap<>();

    HostAdapter adapt(HostFunction function) {
        return new HostAdapter(prototype(function), function.receiver());
    }

    private synchronized Prototype prototype(HostFunction function) {
        WeakReference<Prototype> known = prototypes.get(function.target());
        Prototype prototype = known == null ? null : known.get();
        if (prototype == null) {
            prototype = new Prototype(function);
            prototypes.put(function.target(), new WeakReference<>(prototype));
        }
        return prototype;
    }

    private static Code generate(CoreType.Function type, MethodHandle target) {
        try {
            MethodHandles.Lookup generated = LOOKUP.defineHiddenClassWithClassData(classFile(type), target, true);
            return (Code) generated
                    .findConstructor(generated.lookupClass(), MethodType.methodType(void.class))
                    .invoke();
        } catch (Throwable e) {
            throw new IllegalStateException("no adapter for a host function of type " + type, e);
        }
    }

    private static byte[] classFile(CoreType.Function type) {
        var constructor = MethodTypeDesc.of(CD_void);
        return ClassFile.of().build(GENERATED, c -> c.withFlags(ClassFile.ACC_FINAL | ClassFile.ACC_SUPER)
                .withSuperclass(CODE)
                .withMethodBody(INIT_NAME, constructor, 0, code -> code.aload(0)
                        .invokespecial(CODE, INIT_NAME, constructor)
                        .return_())
                .withMethodBody("call", MethodTypeDesc.of(CD_LONGS, CD_Object, CD_LONGS), 0, code -> call(code, type)));
    }

    private static void call(CodeBuilder code, CoreType.Function type) {
        MethodTypeDesc target = type.methodType()
                .insertParameterTypes(0, Object.class)
                .describeConstable()
                .orElseThrow();
        code.loadConstant(DynamicConstantDesc.ofNamed(
                ConstantDescs.ofConstantBootstrap(
                        MethodHandles.class.describeConstable().orElseThrow(), "classData", CD_Object),
                ConstantDescs.DEFAULT_NAME,
                ConstantDescs.CD_MethodHandle));
        code.aload(1);
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

    /** What the generated classes have in common: a call by arrays. */
    abstract static class Code {
        abstract long[] call(Object receiver, long[] arguments);
    }

    /** A host function, whatever instance imports it. */
    static final class Prototype {
        private final CoreType.Function type;
        private final MethodHandle target;
        private @Nullable Code code;

        private Prototype(HostFunction function) {
            type = function.type();
            // The receiver's class need not be visible from here.
            target = function.target().asType(function.target().type().changeParameterType(0, Object.class));
        }

        /** The host function; its receiver comes first, as an {@link Object}. */
        MethodHandle target() {
            return target;
        }

        synchronized Code code() {
            Code known = code;
            if (known == null) {
                known = generate(type, target);
                code = known;
            }
            return known;
        }
    }

    /** A host function as one instance imports it. */
    static final class HostAdapter implements WasmFunctionHandle {
        final Prototype prototype;
        final Object receiver;
        private @Nullable Code code;

        private HostAdapter(Prototype prototype, Object receiver) {
            this.prototype = prototype;
            this.receiver = receiver;
        }

        @Override
        public long[] apply(Instance caller, long... arguments) {
            Code known = code;
            if (known == null) {
                known = prototype.code();
                code = known;
            }
            return known.call(receiver, arguments);
        }

        /** Its receiver; null when it is an adapter for another host function. */
        @SuppressWarnings("ReferenceEquality") // there is one prototype for each, and this is in the way of every call
        @Nullable
        Object receiverOf(Prototype expected) {
            return prototype == expected ? receiver : null;
        }
    }
}
