package io.torvyn.engine.endive;

import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.ConstantInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LoadInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayDeque;
import java.util.Deque;
import run.endive.runtime.Memory;

/**
 * Lets compiled code reach its fuel through its memory, which every function gets as an argument, in place of the
 * instance's globals: in a loop that is a field to read and one to write.
 *
 * <p>Endive compiles {@code global.set} to a call of {@code writeGlobal(value, index, instance)}. What looks different
 * is left as it is, and charges the global.
 */
final class FuelRewriter {
    private static final ClassDesc CD_FUEL = Fuel.class.describeConstable().orElseThrow();
    private static final MethodTypeDesc CHARGE =
            MethodTypeDesc.of(CD_void, CD_long, Memory.class.describeConstable().orElseThrow());
    private static final ClassFile CLASS_FILE = ClassFile.of(ClassFile.ClassHierarchyResolverOption.of(
            ClassHierarchyResolver.ofClassLoading(FuelRewriter.class.getClassLoader())));

    private FuelRewriter() {}

    /**
     * @param functions a class of compiled functions, {@code func_<index>(arguments..., Memory, Instance)}
     * @param global index of the fuel
     */
    static byte[] rewriteClass(byte[] functions, int global) {
        return CLASS_FILE.transformClass(
                CLASS_FILE.parse(functions),
                ClassTransform.transformingMethodBodies(CodeTransform.ofStateful(() -> new Charges(global))));
    }

    private static final class Charges implements CodeTransform {
        private final int global;
        /** The arguments of a call that may be a charge: the global's index and the instance. */
        private final Deque<CodeElement> held = new ArrayDeque<>();

        Charges(int global) {
            this.global = global;
        }

        @Override
        public void accept(CodeBuilder code, CodeElement element) {
            switch (element) {
                case ConstantInstruction constant
                when Integer.valueOf(global).equals(constant.constantValue()) -> {
                    release(code);
                    held.add(element);
                }
                case LoadInstruction load
                when held.size() == 1 && load.typeKind() == TypeKind.REFERENCE -> held.add(element);
                case InvokeInstruction call
                when held.size() == 2 && call.name().equalsString("writeGlobal") -> {
                    var instance = (LoadInstruction) held.getLast();
                    held.clear();
                    code.aload(instance.slot() - 1).invokestatic(CD_FUEL, "charge", CHARGE);
                }
                default -> {
                    release(code);
                    code.with(element);
                }
            }
        }

        @Override
        public void atEnd(CodeBuilder code) {
            release(code);
        }

        private void release(CodeBuilder code) {
            held.forEach(code::with);
            held.clear();
        }
    }
}
