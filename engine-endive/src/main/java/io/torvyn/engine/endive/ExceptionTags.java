package io.torvyn.engine.endive;

import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassElement;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.MethodModel;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import run.endive.runtime.Instance;
import run.endive.runtime.WasmException;

/**
 * Whether a {@code catch} catches an exception (core specification, "Tag Instances"). Public only because compiled code
 * stands outside this module.
 *
 * <p>Endive 1.0.0 takes imported tags of equal types for the same tag. Here they are the same when they come from the
 * same instance; its interpreter goes on as before.
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

    private ExceptionTags() {}

    /** For compiled code, in place of Endive's own {@code exceptionMatches}. */
    @SuppressWarnings("ReferenceEquality") // a tag is what it is, and not what it looks like
    public static boolean matches(WasmException thrown, int tag, Instance catching) {
        return thrown.instance().tag(thrown.tagIdx()) == catching.tag(tag);
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
