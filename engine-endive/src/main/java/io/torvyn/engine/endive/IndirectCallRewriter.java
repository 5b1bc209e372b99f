package io.torvyn.engine.endive;

import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.INIT_NAME;

import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassElement;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.MethodModel;
import java.lang.classfile.MethodTransform;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.NewObjectInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import run.endive.runtime.CallResult;
import run.endive.runtime.Instance;
import run.endive.runtime.internal.CompilerInterpreterMachine;

/**
 * Gives the classes that Endive made {@link IndirectCalls}, where they call an element of a table that belongs to
 * another instance, and {@link InterpretedFunctions} for what is not compiled.
 *
 * <p>Endive compiles {@code call_indirect} to a static method {@code call_indirect_<type>(arguments..., element, table,
 * Memory, Instance)}, whose last parameter is the caller.
 */
final class IndirectCallRewriter {
    private static final ClassDesc CD_INSTANCE =
            Instance.class.describeConstable().orElseThrow();
    private static final ClassDesc CD_INDIRECT_CALLS =
            IndirectCalls.class.describeConstable().orElseThrow();
    private static final ClassDesc CD_INTERPRETER =
            CompilerInterpreterMachine.class.describeConstable().orElseThrow();
    private static final ClassDesc CD_INTERPRETED_FUNCTIONS =
            InterpretedFunctions.class.describeConstable().orElseThrow();
    private static final MethodTypeDesc CALL =
            MethodTypeDesc.of(CD_long.arrayType(), CD_long.arrayType(), CD_int, CD_int, CD_INSTANCE);
    private static final MethodTypeDesc CALL_WITH_REFS = MethodTypeDesc.of(
            CallResult.class.describeConstable().orElseThrow(),
            CD_long.arrayType(),
            CD_Object.arrayType(),
            CD_int,
            CD_int,
            CD_INSTANCE);

    private static final ClassFile CLASS_FILE = ClassFile.of(ClassFile.ClassHierarchyResolverOption.of(
            ClassHierarchyResolver.ofClassLoading(IndirectCallRewriter.class.getClassLoader())));

    private IndirectCallRewriter() {}

    static byte[] rewriteClass(byte[] bytes) {
        return CLASS_FILE.transformClass(CLASS_FILE.parse(bytes), IndirectCallRewriter::rewriteElement);
    }

    private static void rewriteElement(ClassBuilder builder, ClassElement element) {
        if (element instanceof MethodModel method && isIndirectCall(method)) {
            int caller = method.methodTypeSymbol().parameterList().stream()
                            .mapToInt(type -> TypeKind.from(type).slotSize())
                            .sum()
                    - 1;
            builder.transformMethod(
                    method, MethodTransform.transformingCode((code, part) -> rewriteCall(code, part, caller)));
        } else if (element instanceof MethodModel method && method.methodName().equalsString(INIT_NAME)) {
            builder.transformMethod(method, MethodTransform.transformingCode(IndirectCallRewriter::rewriteInterpreter));
        } else {
            builder.with(element);
        }
    }

    private static boolean isIndirectCall(MethodModel method) {
        return method.methodName().stringValue().startsWith("call_indirect_")
                && (method.flags().flagsMask() & ClassFile.ACC_STATIC) != 0;
    }

    private static void rewriteCall(CodeBuilder code, CodeElement part, int caller) {
        if (part instanceof InvokeInstruction call && call.name().equalsString("callIndirect")) {
            addCaller(code, call, CALL, "call", caller);
        } else if (part instanceof InvokeInstruction call && call.name().equalsString("callIndirectWithRefs")) {
            addCaller(code, call, CALL_WITH_REFS, "callWithRefs", caller);
        } else {
            code.with(part);
        }
    }

    private static void addCaller(
            CodeBuilder code, InvokeInstruction call, MethodTypeDesc expected, String method, int caller) {
        if (!call.typeSymbol().equals(expected)) {
            throw new IllegalStateException("Endive's compiler makes indirect calls of another shape: " + call);
        }
        code.aload(caller)
                .invokestatic(
                        CD_INDIRECT_CALLS,
                        method,
                        expected.insertParameterTypes(expected.parameterCount(), CD_INSTANCE));
    }

    private static void rewriteInterpreter(CodeBuilder code, CodeElement part) {
        if (part instanceof NewObjectInstruction creation
                && creation.className().asSymbol().equals(CD_INTERPRETER)) {
            code.new_(CD_INTERPRETED_FUNCTIONS);
        } else if (part instanceof InvokeInstruction call
                && call.owner().asSymbol().equals(CD_INTERPRETER)
                && call.name().equalsString(INIT_NAME)) {
            code.invokespecial(CD_INTERPRETED_FUNCTIONS, INIT_NAME, call.typeSymbol());
        } else {
            code.with(part);
        }
    }
}
