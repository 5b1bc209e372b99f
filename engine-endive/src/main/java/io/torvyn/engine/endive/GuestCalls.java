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
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import run.endive.runtime.Instance;
import run.endive.runtime.Machine;

/**
 * The way into the functions of one module: a typed method handle for each function that somebody calls. The one place
 * that knows how Endive is entered.
 *
 * <p>Safe for use by many threads; the handles belong to the thread of their instance.
 */
final class GuestCalls {
    /*
     * One generated class per function, shared by all instances of the module. The function's index is a constant in
     * it and the machine's class is the only one it ever sees, so HotSpot can see through Endive's dispatch by index;
     * with one class per function type, machines of several modules would meet at one call site.
     */
    private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();
    private static final ClassDesc GENERATED =
            GuestCalls.class.describeConstable().orElseThrow().nested("Generated");
    private static final ClassDesc CD_MACHINE =
            Machine.class.describeConstable().orElseThrow();
    private static final ClassDesc CD_LONGS = CD_long.arrayType();
    /** The Java virtual machine takes 255 slots, the receiver included. */
    private static final int MAXIMUM_SLOTS = 254;

    private final ConcurrentHashMap<Integer, Entry> entries = new ConcurrentHashMap<>();

    /**
     * @throws IllegalStateException when the type has values that do not cross the border
     */
    MethodHandle bind(Instance instance, int function, CoreType.Function type) {
        Entry entry = entries.computeIfAbsent(function, index -> generate(index, type));
        try {
            return entry.call.bindTo(entry.constructor.invoke(instance.getMachine()));
        } catch (Throwable e) {
            throw new IllegalStateException("function " + function + " cannot be bound", e);
        }
    }

    private static Entry generate(int function, CoreType.Function type) {
        if (!Slots.carries(type) || slots(type.parameters()) > MAXIMUM_SLOTS) {
            throw new IllegalStateException("the host cannot call function " + function + " of type " + type);
        }
        MethodType callType = type.methodType();
        try {
            MethodHandles.Lookup generated = LOOKUP.defineHiddenClass(classFile(function, type, callType), true);
            return new Entry(
                    generated.findConstructor(
                            generated.lookupClass(), MethodType.methodType(void.class, Machine.class)),
                    generated.findVirtual(generated.lookupClass(), "call", callType));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("function " + function + " of type " + type + " has no way in", e);
        }
    }

    private static int slots(List<CoreType.Value> parameters) {
        return parameters.stream()
                .mapToInt(value -> TypeKind.from(value.carrier()).slotSize())
                .sum();
    }

    private static byte[] classFile(int function, CoreType.Function type, MethodType callType) {
        MethodTypeDesc constructor = MethodTypeDesc.of(CD_void, CD_MACHINE);
        return ClassFile.of().build(GENERATED, c -> c.withFlags(ClassFile.ACC_FINAL | ClassFile.ACC_SUPER)
                .withField("machine", CD_MACHINE, ClassFile.ACC_PRIVATE | ClassFile.ACC_FINAL)
                .withMethodBody(INIT_NAME, constructor, 0, code -> code.aload(0)
                        .invokespecial(CD_Object, INIT_NAME, MethodTypeDesc.of(CD_void))
                        .aload(0)
                        .aload(1)
                        .putfield(GENERATED, "machine", CD_MACHINE)
                        .return_())
                .withMethodBody("call", callType.describeConstable().orElseThrow(), 0, code -> {
                    code.aload(0).getfield(GENERATED, "machine", CD_MACHINE);
                    code.loadConstant(function);
                    call(code, type);
                }));
    }

    private static void call(CodeBuilder code, CoreType.Function type) {
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

    private record Entry(MethodHandle constructor, MethodHandle call) {}
}
