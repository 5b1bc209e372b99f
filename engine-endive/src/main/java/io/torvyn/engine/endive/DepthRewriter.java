package io.torvyn.engine.endive;

import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_void;
import static java.util.Objects.requireNonNull;

import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassElement;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.Label;
import java.lang.classfile.MethodModel;
import java.lang.classfile.MethodTransform;
import java.lang.classfile.TypeKind;
import java.lang.classfile.attribute.CodeAttribute;
import java.lang.classfile.instruction.ReturnInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import run.endive.runtime.Instance;
import run.endive.runtime.Memory;

/**
 * Has compiled functions count how deeply they are nested, {@link CallDepth}: on entry, before each return, and where an
 * exception passes through.
 *
 * <p>A function is a static method {@code func_<index>(arguments..., Memory, Instance)}.
 */
final class DepthRewriter {
    private static final ClassDesc CD_DEPTH =
            CallDepth.class.describeConstable().orElseThrow();
    private static final MethodTypeDesc COUNT = MethodTypeDesc.of(
            CD_void,
            Memory.class.describeConstable().orElseThrow(),
            Instance.class.describeConstable().orElseThrow(),
            CD_int);
    private static final ClassFile CLASS_FILE = ClassFile.of(ClassFile.ClassHierarchyResolverOption.of(
            ClassHierarchyResolver.ofClassLoading(DepthRewriter.class.getClassLoader())));

    /** HotSpot compiles no method that is longer. */
    private static final int LONGEST_COMPILED = 8_000;

    private static final int LONGEST_METHOD = 65_535;
    /** Of one call of {@link CallDepth}, at most. */
    private static final int COUNT_LENGTH = 12;

    private final int[] charges;
    private final Set<Integer> interpreted;

    /**
     * @param charges by function index
     * @param interpreted functions whose methods only call the interpreter, which counts them itself
     */
    DepthRewriter(int[] charges, Set<Integer> interpreted) {
        this.charges = charges;
        this.interpreted = interpreted;
    }

    byte[] rewriteClass(byte[] functions) {
        return CLASS_FILE.transformClass(CLASS_FILE.parse(functions), this::rewriteElement);
    }

    private void rewriteElement(ClassBuilder builder, ClassElement element) {
        if (element instanceof MethodModel method && charge(method) > 0) {
            if (isAtABound(method)) {
                countAround(builder, method, charge(method));
            } else {
                builder.transformMethod(
                        method,
                        MethodTransform.transformingCode(
                                CodeTransform.ofStateful(() -> new Counting(method, charge(method)))));
            }
        } else {
            builder.with(element);
        }
    }

    private int charge(MethodModel method) {
        int function = ClassRewriter.index(method.methodName().stringValue());
        return function < 0 || function >= charges.length || interpreted.contains(function) ? 0 : charges[function];
    }

    /** Has a small method count and call the large one, which gets another name. */
    private static void countAround(ClassBuilder builder, MethodModel method, int charge) {
        String name = method.methodName().stringValue();
        String uncounted = "uncounted_" + ClassRewriter.index(name);
        MethodTypeDesc type = method.methodTypeSymbol();
        ClassDesc self = method.parent().orElseThrow().thisClass().asSymbol();
        builder.withMethod(
                uncounted, type, method.flags().flagsMask(), plain -> method.forEach(part -> plain.with(part)));
        builder.withMethodBody(name, type, method.flags().flagsMask(), code -> {
            var counting = new Counting(method, charge);
            counting.atStart(code);
            for (int i = 0; i < type.parameterCount(); i++) {
                code.loadLocal(TypeKind.from(type.parameterType(i)), code.parameterSlot(i));
            }
            code.invokestatic(self, uncounted, type);
            counting.accept(code, ReturnInstruction.of(TypeKind.from(type.returnType())));
            counting.atEnd(code);
        });
    }

    /** Counting would keep it from being compiled, or from being a method at all. */
    private static boolean isAtABound(MethodModel method) {
        if (!(method.code().orElse(null) instanceof CodeAttribute code)) {
            return false;
        }
        long counts = 2
                + code.elementStream()
                        .filter(ReturnInstruction.class::isInstance)
                        .count();
        long length = code.codeLength() + counts * COUNT_LENGTH;
        return length > LONGEST_METHOD || (length > LONGEST_COMPILED && code.codeLength() <= LONGEST_COMPILED);
    }

    private static final class Counting implements CodeTransform {
        private final int charge;
        private final int memory;
        private @Nullable Label start;

        Counting(MethodModel method, int charge) {
            this.charge = charge;
            this.memory = method.methodTypeSymbol().parameterList().stream()
                            .mapToInt(type -> TypeKind.from(type).slotSize())
                            .sum()
                    - 2;
        }

        @Override
        public void atStart(CodeBuilder code) {
            count(code, "enter");
            start = code.newBoundLabel();
        }

        @Override
        public void accept(CodeBuilder code, CodeElement element) {
            if (element instanceof ReturnInstruction) {
                count(code, "leave");
            }
            code.with(element);
        }

        @Override
        public void atEnd(CodeBuilder code) {
            Label handler = code.newBoundLabel();
            count(code, "leave");
            code.athrow();
            code.exceptionCatchAll(requireNonNull(start), handler, handler);
        }

        private void count(CodeBuilder code, String method) {
            code.aload(memory).aload(memory + 1).loadConstant(charge).invokestatic(CD_DEPTH, method, COUNT);
        }
    }
}
