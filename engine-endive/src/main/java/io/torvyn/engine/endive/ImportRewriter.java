package io.torvyn.engine.endive;

import static java.lang.constant.ConstantDescs.CD_CallSite;
import static java.lang.constant.ConstantDescs.CD_MethodHandles_Lookup;
import static java.lang.constant.ConstantDescs.CD_MethodType;
import static java.lang.constant.ConstantDescs.CD_String;
import static java.lang.constant.ConstantDescs.CD_int;

import java.lang.classfile.AccessFlags;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassElement;
import java.lang.classfile.ClassFile;
import java.lang.classfile.MethodModel;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.DynamicCallSiteDesc;
import java.lang.constant.MethodHandleDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.Map;
import java.util.OptionalInt;
import run.endive.runtime.Instance;
import run.endive.runtime.Memory;

/**
 * Lets compiled code call its imports without an argument array: gives each import's method in the classes that Endive
 * made an {@link ImportCallSite}.
 *
 * <p>Endive compiles an imported function to a static method {@code func_<index>(arguments..., Memory, Instance)} in a
 * class {@code ...FuncGroup_<n>}, which packs the arguments and calls the import's handle. That method keeps its body
 * under another name, for the call site to fall back on. A method of any other shape is left as it is.
 */
final class ImportRewriter {
    private static final ClassDesc CD_MEMORY = Memory.class.describeConstable().orElseThrow();
    private static final ClassDesc CD_INSTANCE =
            Instance.class.describeConstable().orElseThrow();
    private static final DirectMethodHandleDesc BOOTSTRAP = MethodHandleDesc.ofMethod(
            DirectMethodHandleDesc.Kind.STATIC,
            ImportCallSite.class.describeConstable().orElseThrow(),
            "bootstrap",
            MethodTypeDesc.of(CD_CallSite, CD_MethodHandles_Lookup, CD_String, CD_MethodType, CD_int));

    private final String groupPrefix;
    private final int imports;
    private final OptionalInt fuel;

    /**
     * @param className of the machine
     * @param imports imported functions
     * @param fuel the global that compiled code charges through its memory; empty when there is none
     */
    ImportRewriter(String className, int imports, OptionalInt fuel) {
        this.fuel = fuel;
        this.groupPrefix = className + CompiledClasses.FUNCTION_CLASS;
        this.imports = imports;
    }

    /**
     * @param classes by binary name; changed in place
     */
    void rewrite(Map<String, byte[]> classes) {
        classes.replaceAll((name, classFile) -> name.startsWith(groupPrefix)
                ? rewriteClass(fuel.isPresent() ? FuelRewriter.rewriteClass(classFile, fuel.getAsInt()) : classFile)
                : classFile);
    }

    private byte[] rewriteClass(byte[] bytes) {
        ClassFile classFile = ClassFile.of();
        return classFile.transformClass(classFile.parse(bytes), this::rewriteElement);
    }

    private void rewriteElement(ClassBuilder builder, ClassElement element) {
        if (element instanceof AccessFlags flags) {
            builder.withFlags(flags.flagsMask() | ClassFile.ACC_PUBLIC); // for GuestCalls
        } else if (element instanceof MethodModel method && isImport(method)) {
            String name = method.methodName().stringValue();
            MethodTypeDesc type = method.methodTypeSymbol();
            int index = index(name);
            builder.withMethod(
                    ImportCallSite.plainName(index),
                    type,
                    method.flags().flagsMask(),
                    plain -> method.forEach(part -> plain.with(part)));
            builder.withMethodBody(name, type, method.flags().flagsMask(), code -> {
                for (int i = 0; i < type.parameterCount(); i++) {
                    code.loadLocal(TypeKind.from(type.parameterType(i)), code.parameterSlot(i));
                }
                code.invokedynamic(DynamicCallSiteDesc.of(BOOTSTRAP, "call", type, index));
                code.return_(TypeKind.from(type.returnType()));
            });
        } else {
            builder.with(element);
        }
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

    private static int index(String methodName) {
        return methodName.matches("func_\\d{1,7}") ? Integer.parseInt(methodName.substring(5)) : -1;
    }
}
