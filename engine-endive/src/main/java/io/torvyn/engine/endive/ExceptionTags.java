package io.torvyn.engine.endive;

import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassElement;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.MethodModel;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import run.endive.runtime.Instance;
import run.endive.runtime.TagInstance;
import run.endive.runtime.WasmException;
import run.endive.wasm.types.FunctionType;
import run.endive.wasm.types.ValType;

/**
 * Whether a {@code catch} catches an exception (core specification, "Tag Instances"). Public only because compiled code
 * stands outside this module.
 *
 * <p>Endive 1.0.0 takes imported tags of equal types for the same tag. Here they are the same when they come from the
 * same definition of one instance. Compiled code asks {@link #matches}. The interpreter goes on comparing types and
 * numbers; so each tag gets a type that equals no other one, and an exception that comes from another instance gets the
 * number that its tag has where it may be caught.
 */
@SuppressWarnings("exports") // for compiled code only, which sees Endive itself
public final class ExceptionTags {
    private static final String METHOD = "exceptionMatches";
    private static final ClassDesc CD_TAGS =
            ExceptionTags.class.describeConstable().orElseThrow();
    private static final MethodTypeDesc TYPE = MethodTypeDesc.of(
            ConstantDescs.CD_boolean,
            WasmException.class.describeConstable().orElseThrow(),
            ConstantDescs.CD_int,
            Instance.class.describeConstable().orElseThrow());

    private static final ClassFile CLASS_FILE = ClassFile.of(ClassFile.ClassHierarchyResolverOption.of(
            ClassHierarchyResolver.ofClassLoading(ExceptionTags.class.getClassLoader())));

    private static final AtomicLong NEXT = new AtomicLong(1);

    private ExceptionTags() {}

    /** For compiled code, in place of Endive's own {@code exceptionMatches}. */
    @SuppressWarnings("ReferenceEquality") // a tag is what it is, and not what it looks like
    public static boolean matches(WasmException thrown, int tag, Instance catching) {
        return thrown.instance().tag(thrown.tagIdx()) == catching.tag(tag);
    }

    /** Gives each tag that the instance defines a type of its own. Before anything of the instance runs. */
    static void distinguish(Instance instance) {
        int imported = instance.imports().tagCount();
        for (int i = imported; i < imported + instance.tagCount(); i++) {
            TagInstance tag = instance.tag(i);
            tag.setType(FunctionType.of(tag.type().params(), marks(NEXT.getAndIncrement())));
        }
    }

    /** Results, which tags do not have, that spell a number. */
    private static List<ValType> marks(long number) {
        var marks = new ArrayList<ValType>();
        for (long rest = number; rest != 0; rest >>>= 1) {
            marks.add((rest & 1) == 0 ? ValType.I32 : ValType.I64);
        }
        return marks;
    }

    /**
     * What the tag is to an instance that is about to import it: Endive compares the type with the one that is declared.
     *
     * @return the type to give back to it afterwards
     */
    static FunctionType undistinguish(TagInstance tag) {
        FunctionType own = tag.type();
        tag.setType(FunctionType.of(own.params(), List.of()));
        return own;
    }

    /** An exception on its way into interpreted code of another instance. */
    @SuppressWarnings("ReferenceEquality") // instances and tags have identity
    static WasmException asSeenBy(Instance catching, WasmException thrown) {
        if (thrown.instance() == catching) {
            return thrown;
        }
        TagInstance tag = thrown.instance().tag(thrown.tagIdx());
        int tags = catching.imports().tagCount() + catching.tagCount();
        for (int i = 0; i < tags; i++) {
            if (catching.tag(i) == tag) {
                return WasmException.builder()
                        .instance(catching)
                        .tagIdx(i)
                        .args(thrown.args())
                        .refArgs(thrown.refArgs())
                        .build();
            }
        }
        return thrown;
    }

    /** Gives this to the class in which Endive keeps what compiled code calls. */
    static byte[] rewriteClass(byte[] shaded) {
        return CLASS_FILE.transformClass(CLASS_FILE.parse(shaded), ExceptionTags::rewriteElement);
    }

    private static void rewriteElement(ClassBuilder builder, ClassElement element) {
        if (element instanceof MethodModel method && method.methodName().equalsString(METHOD)) {
            if (!method.methodTypeSymbol().equals(TYPE)) {
                throw new IllegalStateException("Endive's compiler compares tags in another shape: " + method);
            }
            builder.withMethodBody(METHOD, TYPE, method.flags().flagsMask(), code -> code.aload(0)
                    .iload(1)
                    .aload(2)
                    .invokestatic(CD_TAGS, "matches", TYPE)
                    .ireturn());
        } else {
            builder.with(element);
        }
    }
}
