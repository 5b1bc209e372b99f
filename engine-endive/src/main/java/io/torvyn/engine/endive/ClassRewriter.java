package io.torvyn.engine.endive;

import static java.lang.constant.ConstantDescs.CD_CallSite;
import static java.lang.constant.ConstantDescs.CD_MethodHandles_Lookup;
import static java.lang.constant.ConstantDescs.CD_MethodType;
import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_String;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.MTD_void;

import java.lang.classfile.AccessFlags;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassElement;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.Label;
import java.lang.classfile.MethodModel;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.DynamicCallSiteDesc;
import java.lang.constant.MethodHandleDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.Map;
import java.util.OptionalInt;
import run.endive.runtime.Instance;
import run.endive.runtime.Memory;
import run.endive.runtime.WasmException;

/**
 * Changes three things in the classes that Endive made of a module: imports are called without an argument array, the
 * poll for interruptions costs nothing until somebody is interrupted, and references to exceptions are those of {@link
 * CaughtExceptions}. Has fuel counted too where it is metered.
 *
 * <p>Endive compiles an imported function to a static method {@code func_<index>(arguments..., Memory, Instance)} in a
 * class {@code ...FuncGroup_<n>}, which packs the arguments and calls the import's handle. Its place is taken by an
 * {@link ImportCallSite}; that method keeps its body under another name, for the call site to fall back on.
 *
 * <p>Every loop and every call polls by {@code checkInterruption()} of a class {@code ...Shaded}, whose body becomes a
 * {@link StopSwitch}. A method of any other shape is left as it is.
 */
final class ClassRewriter {
    private static final ClassDesc CD_MEMORY = Memory.class.describeConstable().orElseThrow();
    private static final ClassDesc CD_INSTANCE =
            Instance.class.describeConstable().orElseThrow();
    private static final ClassDesc CD_IMPORT =
            ImportCallSite.class.describeConstable().orElseThrow();
    private static final DirectMethodHandleDesc RECEIVER_BOOTSTRAP = MethodHandleDesc.ofMethod(
            DirectMethodHandleDesc.Kind.STATIC,
            CD_IMPORT,
            "receiver",
            MethodTypeDesc.of(CD_CallSite, CD_MethodHandles_Lookup, CD_String, CD_MethodType, CD_int, CD_MethodType));
    private static final DirectMethodHandleDesc CALL_BOOTSTRAP = MethodHandleDesc.ofMethod(
            DirectMethodHandleDesc.Kind.STATIC,
            CD_IMPORT,
            "call",
            MethodTypeDesc.of(CD_CallSite, CD_MethodHandles_Lookup, CD_String, CD_MethodType, CD_int));
    private static final MethodTypeDesc RECEIVER = MethodTypeDesc.of(CD_Object, CD_MEMORY, CD_INSTANCE);

    private static final DirectMethodHandleDesc STOP_BOOTSTRAP = MethodHandleDesc.ofMethod(
            DirectMethodHandleDesc.Kind.STATIC,
            StopSwitch.class.describeConstable().orElseThrow(),
            "bootstrap",
            MethodTypeDesc.of(CD_CallSite, CD_MethodHandles_Lookup, CD_String, CD_MethodType));

    private static final ClassDesc CD_CAUGHT =
            CaughtExceptions.class.describeConstable().orElseThrow();
    private static final ClassDesc CD_EXCEPTION =
            WasmException.class.describeConstable().orElseThrow();
    private static final MethodTypeDesc REGISTER = MethodTypeDesc.of(CD_int, CD_EXCEPTION);
    private static final MethodTypeDesc REGISTERED = MethodTypeDesc.of(CD_EXCEPTION, CD_int);

    private final String groupPrefix;
    private final String shaded;
    private final int imports;
    private final OptionalInt fuel;

    /**
     * @param className of the machine
     * @param imports imported functions
     * @param fuel the global that compiled code charges through its memory; empty when there is none
     */
    ClassRewriter(String className, int imports, OptionalInt fuel) {
        this.fuel = fuel;
        this.groupPrefix = className + CompiledClasses.FUNCTION_CLASS;
        this.shaded = className + "Shaded";
        this.imports = imports;
    }

    /**
     * @param classes by binary name; changed in place
     */
    void rewrite(Map<String, byte[]> classes) {
        classes.replaceAll((name, classFile) -> name.startsWith(groupPrefix)
                ? transform(
                        fuel.isPresent() ? FuelRewriter.rewriteClass(classFile, fuel.getAsInt()) : classFile,
                        ((ClassTransform) this::rewriteImport)
                                .andThen(ClassTransform.transformingMethodBodies(ClassRewriter::rewriteException)))
                : name.equals(shaded) ? transform(classFile, ClassRewriter::rewritePoll) : classFile);
    }

    private static byte[] transform(byte[] bytes, ClassTransform transform) {
        ClassFile classFile = ClassFile.of();
        return classFile.transformClass(classFile.parse(bytes), transform);
    }

    private static void rewritePoll(ClassBuilder builder, ClassElement element) {
        if (element instanceof MethodModel method
                && method.methodName().equalsString("checkInterruption")
                && method.methodTypeSymbol().equals(MTD_void)
                && (method.flags().flagsMask() & ClassFile.ACC_STATIC) != 0) {
            builder.withMethodBody(
                    method.methodName().stringValue(), MTD_void, method.flags().flagsMask(), code -> code.invokedynamic(
                                    DynamicCallSiteDesc.of(STOP_BOOTSTRAP, "poll", MTD_void))
                            .return_());
        } else {
            builder.with(element);
        }
    }

    private void rewriteImport(ClassBuilder builder, ClassElement element) {
        if (element instanceof AccessFlags flags) {
            builder.withFlags(flags.flagsMask() | ClassFile.ACC_PUBLIC); // for GuestCalls
        } else if (element instanceof MethodModel method && isImport(method)) {
            String name = method.methodName().stringValue();
            MethodTypeDesc type = method.methodTypeSymbol();
            int index = index(name);
            ClassDesc group = method.parent().orElseThrow().thisClass().asSymbol();
            builder.withMethod(
                    ImportCallSite.plainName(index),
                    type,
                    method.flags().flagsMask(),
                    plain -> method.forEach(part -> plain.with(part)));
            builder.withMethodBody(name, type, method.flags().flagsMask(), code -> call(code, group, type, index));
        } else {
            builder.with(element);
        }
    }

    /** Calls the host function where there is a receiver for it, and the method that Endive made otherwise. */
    private static void call(CodeBuilder code, ClassDesc group, MethodTypeDesc type, int index) {
        int arguments = type.parameterCount() - 2;
        MethodTypeDesc called = type.dropParameterTypes(arguments, arguments + 2);
        Label plain = code.newLabel();
        int receiver = code.allocateLocal(TypeKind.REFERENCE);
        load(code, type, arguments, arguments + 2);
        code.invokedynamic(DynamicCallSiteDesc.of(RECEIVER_BOOTSTRAP, "receiver", RECEIVER, index, called))
                .astore(receiver)
                .aload(receiver)
                .ifnull(plain)
                .aload(receiver);
        load(code, type, 0, arguments);
        code.invokedynamic(DynamicCallSiteDesc.of(
                        CALL_BOOTSTRAP, "call", called.insertParameterTypes(0, CD_Object), index))
                .return_(TypeKind.from(type.returnType()))
                .labelBinding(plain);
        load(code, type, 0, arguments + 2);
        code.invokestatic(group, ImportCallSite.plainName(index), type).return_(TypeKind.from(type.returnType()));
    }

    private static void load(CodeBuilder code, MethodTypeDesc type, int from, int to) {
        for (int i = from; i < to; i++) {
            code.loadLocal(TypeKind.from(type.parameterType(i)), code.parameterSlot(i));
        }
    }

    private static void rewriteException(CodeBuilder code, CodeElement element) {
        if (element instanceof InvokeInstruction call && call.owner().asSymbol().equals(CD_INSTANCE)) {
            if (call.name().equalsString("registerException")
                    && call.typeSymbol().equals(REGISTER)) {
                code.invokestatic(CD_CAUGHT, "reference", REGISTER.insertParameterTypes(0, CD_INSTANCE));
                return;
            }
            if (call.name().equalsString("exn") && call.typeSymbol().equals(REGISTERED)) {
                code.invokestatic(CD_CAUGHT, "exception", REGISTERED.insertParameterTypes(0, CD_INSTANCE));
                return;
            }
        }
        code.with(element);
    }

    private boolean isImport(MethodModel method) {
        int index = index(method.methodName().stringValue());
        MethodTypeDesc type = method.methodTypeSymbol();
        int parameters = type.parameterCount();
        return index >= 0
                && index < imports
                && (method.flags().flagsMask() & ClassFile.ACC_STATIC) != 0
                && parameters >= 2
                && type.parameterType(parameters - 2).equals(CD_MEMORY)
                && type.parameterType(parameters - 1).equals(CD_INSTANCE);
    }

    /** The number of the function that a method is; -1 when it is none. */
    static int index(String methodName) {
        return methodName.matches("func_\\d{1,7}") ? Integer.parseInt(methodName.substring(5)) : -1;
    }
}
