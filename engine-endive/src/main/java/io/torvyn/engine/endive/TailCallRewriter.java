package io.torvyn.engine.endive;

import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_double;
import static java.lang.constant.ConstantDescs.CD_float;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.Label;
import java.lang.classfile.MethodModel;
import java.lang.classfile.MethodTransform;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.List;
import run.endive.runtime.Instance;

/**
 * Gives compiled functions {@link ForeignTailCalls}, where they end in an indirect tail call.
 *
 * <p>Endive compiles one to a call of {@code setTailCallIndirect(arguments, element, type, table, instance)}, and a
 * return. What is called before the return stands behind the function's last instruction, outside the range of every
 * handler: who ends in a tail call has left its {@code try_table}.
 */
final class TailCallRewriter {
    private static final ClassDesc CD_INSTANCE =
            Instance.class.describeConstable().orElseThrow();
    private static final ClassDesc CD_FOREIGN =
            ForeignTailCalls.class.describeConstable().orElseThrow();
    private static final ClassDesc CD_CALL =
            ForeignTailCalls.Call.class.describeConstable().orElseThrow();
    private static final MethodTypeDesc SET =
            MethodTypeDesc.of(CD_void, CD_long.arrayType(), CD_int, CD_int, CD_int, CD_INSTANCE);
    private static final MethodTypeDesc SET_WITH_REFS = SET.insertParameterTypes(1, CD_Object.arrayType());

    private static final ClassFile CLASS_FILE = ClassFile.of(ClassFile.ClassHierarchyResolverOption.of(
            ClassHierarchyResolver.ofClassLoading(TailCallRewriter.class.getClassLoader())));

    private TailCallRewriter() {}

    static byte[] rewriteClass(byte[] functions) {
        ClassModel model = CLASS_FILE.parse(functions);
        ClassTransform transform = (builder, element) -> {
            if (element instanceof MethodModel method && endsInIndirectCall(method)) {
                builder.transformMethod(
                        method,
                        MethodTransform.transformingCode(CodeTransform.ofStateful(
                                () -> new Ends(method.methodTypeSymbol().returnType()))));
            } else {
                builder.with(element);
            }
        };
        return CLASS_FILE.transformClass(model, transform);
    }

    private static boolean endsInIndirectCall(MethodModel method) {
        return method.code().isPresent()
                && method.code().orElseThrow().elementStream().anyMatch(TailCallRewriter::isIndirectTailCall);
    }

    private static boolean isIndirectTailCall(CodeElement element) {
        return element instanceof InvokeInstruction call
                && call.name().stringValue().startsWith("setTailCallIndirect");
    }

    private static final class Ends implements CodeTransform {
        private final ClassDesc returned;
        private final List<Label> calls = new ArrayList<>();

        Ends(ClassDesc returned) {
            this.returned = returned;
        }

        @Override
        public void accept(CodeBuilder code, CodeElement element) {
            if (!(element instanceof InvokeInstruction call) || !isIndirectTailCall(element)) {
                code.with(element);
                return;
            }
            MethodTypeDesc type = call.typeSymbol();
            if (type.equals(SET)) {
                code.invokestatic(CD_FOREIGN, "set", SET.changeReturnType(CD_CALL));
            } else if (type.equals(SET_WITH_REFS)) {
                code.invokestatic(CD_FOREIGN, "setWithRefs", SET_WITH_REFS.changeReturnType(CD_CALL));
            } else {
                throw new IllegalStateException("Endive's compiler makes tail calls of another shape: " + call);
            }
            Label before = code.newLabel();
            calls.add(before);
            code.dup().ifnonnull(before).pop();
        }

        @Override
        public void atEnd(CodeBuilder code) {
            for (Label call : calls) {
                code.labelBinding(call)
                        .invokevirtual(CD_CALL, result(), MethodTypeDesc.of(returned))
                        .return_(TypeKind.from(returned));
            }
        }

        /** The method of {@link ForeignTailCalls.Call} that gives what this one returns. */
        private String result() {
            if (returned.equals(CD_void)) {
                return "toVoid";
            } else if (returned.equals(CD_int)) {
                return "toInt";
            } else if (returned.equals(CD_long)) {
                return "toLong";
            } else if (returned.equals(CD_float)) {
                return "toFloat";
            } else if (returned.equals(CD_double)) {
                return "toDouble";
            } else if (returned.equals(CD_Object)) {
                return "toReference";
            } else if (returned.equals(CD_long.arrayType())) {
                return "toNumbers";
            } else if (returned.equals(CD_Object.arrayType())) {
                return "toObjects";
            }
            throw new IllegalStateException("Endive's compiler makes functions of another shape: " + returned);
        }
    }
}
