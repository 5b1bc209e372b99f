package io.torvyn.engine.endive;

import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;
import static java.lang.constant.ConstantDescs.INIT_NAME;

import io.torvyn.component.spi.CoreType;
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
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import run.endive.runtime.Instance;
import run.endive.runtime.Machine;
import run.endive.runtime.Memory;

/**
 * The way into the functions of one module: an object of the caller's interface, or a typed method handle, for each
 * function that somebody calls. The one place that knows how Endive is entered.
 *
 * <p>Safe for use by many threads; the handles belong to the thread of their instance.
 */
final class GuestCalls {
    /*
     * One generated class per function, shared by all instances of the module. It implements the caller's interface
     * itself: through a method handle that is no constant a call costs some 10 ns more, since HotSpot sees an
     * interface's implementation by its profile, and nothing behind such a handle.
     *
     * A compiled function is a static method that takes the arguments, the memory and the instance. The class holds a
     * handle to it as a constant, so that HotSpot inlines the guest's code into its caller and nothing is put into an
     * array. Where there is no such method, as for what is interpreted, the machine is asked by the function's index.
     */
    private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();
    private static final ClassDesc GENERATED =
            GuestCalls.class.describeConstable().orElseThrow().nested("Generated");
    private static final ClassDesc CD_MACHINE =
            Machine.class.describeConstable().orElseThrow();
    private static final ClassDesc CD_MEMORY = Memory.class.describeConstable().orElseThrow();
    private static final ClassDesc CD_INSTANCE =
            Instance.class.describeConstable().orElseThrow();
    private static final ClassDesc CD_LONGS = CD_long.arrayType();
    /** The Java virtual machine takes 255 slots, the receiver included. */
    private static final int MAXIMUM_SLOTS = 254;

    /** Its name where the caller has no interface. */
    private static final String METHOD = "call";

    private record Key(int function, Class<?> call) {}

    private final ModuleCode code;
    private final ConcurrentHashMap<Key, MethodHandle> constructors = new ConcurrentHashMap<>();

    GuestCalls(ModuleCode code) {
        this.code = code;
    }

    /**
     * @throws IllegalStateException when the type has values that do not cross the border
     */
    MethodHandle bind(Instance instance, int function, CoreType.Function type) {
        Object call = bind(instance, function, type, Object.class);
        try {
            return LOOKUP.findVirtual(call.getClass(), METHOD, type.methodType())
                    .bindTo(call);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("function " + function + " of type " + type + " has no way in", e);
        }
    }

    /**
     * @param call an interface whose one abstract method has the function's type, or {@link Object}
     * @throws IllegalStateException when the type has values that do not cross the border, or {@code call} is not
     *     accessible or has another method
     */
    <T> T bind(Instance instance, int function, CoreType.Function type, Class<T> call) {
        Machine machine = instance.getMachine();
        MethodHandle constructor =
                constructors.computeIfAbsent(new Key(function, call), key -> generate(function, type, key.call()));
        try {
            return call.cast(constructor.invoke(machine, instance.memory(), instance));
        } catch (Throwable e) {
            throw new IllegalStateException("function " + function + " cannot be bound", e);
        }
    }

    private MethodHandle generate(int function, CoreType.Function type, Class<?> call) {
        if (!Slots.carries(type) || slots(type.parameters()) > MAXIMUM_SLOTS) {
            throw new IllegalStateException("the host cannot call function " + function + " of type " + type);
        }
        MethodHandle direct = code.entry(function, type.methodType());
        try {
            GuestCalls.class.getModule().addReads(call.getModule());
            byte[] classFile = classFile(function, type, call, method(call, type), direct != null);
            MethodHandles.Lookup generated = direct == null
                    ? LOOKUP.defineHiddenClass(classFile, true)
                    : LOOKUP.defineHiddenClassWithClassData(classFile, direct, true);
            return generated.findConstructor(
                    generated.lookupClass(),
                    MethodType.methodType(void.class, Machine.class, Memory.class, Instance.class));
        } catch (ReflectiveOperationException | LinkageError e) {
            throw new IllegalStateException(
                    "function " + function + " of type " + type + " has no way in through " + call.getName()
                            + "; it has to be public, in a package that its module exports",
                    e);
        }
    }

    /** The name of the method to implement. */
    private static String method(Class<?> call, CoreType.Function type) {
        if (!call.isInterface()) {
            return METHOD;
        }
        for (Method method : call.getMethods()) {
            if (Modifier.isAbstract(method.getModifiers())) {
                MethodType declared = MethodType.methodType(method.getReturnType(), method.getParameterTypes());
                if (!declared.equals(type.methodType())) {
                    throw new IllegalStateException(method + " does not have the type " + type.methodType());
                }
                return method.getName();
            }
        }
        throw new IllegalStateException(call.getName() + " has no abstract method");
    }

    private static int slots(List<CoreType.Value> parameters) {
        return parameters.stream()
                .mapToInt(value -> TypeKind.from(value.carrier()).slotSize())
                .sum();
    }

    private static byte[] classFile(
            int function, CoreType.Function type, Class<?> call, String method, boolean direct) {
        MethodTypeDesc constructor = MethodTypeDesc.of(CD_void, CD_MACHINE, CD_MEMORY, CD_INSTANCE);
        List<ClassDesc> interfaces =
                call.isInterface() ? List.of(call.describeConstable().orElseThrow()) : List.of();
        return ClassFile.of().build(GENERATED, c -> c.withFlags(ClassFile.ACC_FINAL | ClassFile.ACC_SUPER)
                .withInterfaceSymbols(interfaces)
                .withField("machine", CD_MACHINE, ClassFile.ACC_PRIVATE | ClassFile.ACC_FINAL)
                .withField("memory", CD_MEMORY, ClassFile.ACC_PRIVATE | ClassFile.ACC_FINAL)
                .withField("instance", CD_INSTANCE, ClassFile.ACC_PRIVATE | ClassFile.ACC_FINAL)
                .withMethodBody(INIT_NAME, constructor, 0, code -> code.aload(0)
                        .invokespecial(CD_Object, INIT_NAME, MethodTypeDesc.of(CD_void))
                        .aload(0)
                        .aload(1)
                        .putfield(GENERATED, "machine", CD_MACHINE)
                        .aload(0)
                        .aload(2)
                        .putfield(GENERATED, "memory", CD_MEMORY)
                        .aload(0)
                        .aload(3)
                        .putfield(GENERATED, "instance", CD_INSTANCE)
                        .return_())
                .withMethodBody(
                        method, type.methodType().describeConstable().orElseThrow(), ClassFile.ACC_PUBLIC, code -> {
                            if (direct) {
                                callMethod(code, type);
                            } else {
                                callMachine(code, function, type);
                            }
                        }));
    }

    private static void callMethod(CodeBuilder code, CoreType.Function type) {
        code.loadConstant(DynamicConstantDesc.ofNamed(
                ConstantDescs.ofConstantBootstrap(
                        MethodHandles.class.describeConstable().orElseThrow(), "classData", CD_Object),
                ConstantDescs.DEFAULT_NAME,
                ConstantDescs.CD_MethodHandle));
        for (int i = 0; i < type.parameters().size(); i++) {
            code.loadLocal(TypeKind.from(type.parameters().get(i).carrier()), code.parameterSlot(i));
        }
        code.aload(0).getfield(GENERATED, "memory", CD_MEMORY);
        code.aload(0).getfield(GENERATED, "instance", CD_INSTANCE);
        MethodType compiled = type.methodType().appendParameterTypes(Memory.class, Instance.class);
        code.invokevirtual(
                ConstantDescs.CD_MethodHandle,
                "invokeExact",
                compiled.describeConstable().orElseThrow());
        code.return_(TypeKind.from(compiled.returnType()));
    }

    private static void callMachine(CodeBuilder code, int function, CoreType.Function type) {
        code.aload(0).getfield(GENERATED, "machine", CD_MACHINE);
        code.loadConstant(function);
        List<CoreType.Value> parameters = type.parameters();
        code.loadConstant(parameters.size()).newarray(TypeKind.LONG);
        for (int i = 0; i < parameters.size(); i++) {
            code.dup().loadConstant(i);
            code.loadLocal(TypeKind.from(parameters.get(i).carrier()), code.parameterSlot(i));
            Slots.toLong(code, parameters.get(i));
            code.lastore();
        }
        code.invokeinterface(CD_MACHINE, "call", MethodTypeDesc.of(CD_LONGS, CD_int, CD_LONGS));
        if (type.results().isEmpty()) {
            code.return_();
        } else {
            CoreType.Value result = type.results().getFirst();
            code.loadConstant(0).laload();
            Slots.fromLong(code, result);
            code.return_(TypeKind.from(result.carrier()));
        }
    }
}
