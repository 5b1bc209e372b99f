package io.torvyn.engine.endive;

import static java.lang.constant.ConstantDescs.CD_double;
import static java.lang.constant.ConstantDescs.CD_float;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;

import io.torvyn.component.spi.CoreType;
import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;

/** How Endive keeps a value in the {@code long[]} of a call: floats as their bits, the rest as numbers. */
final class Slots {
    private static final ClassDesc CD_FLOAT = Float.class.describeConstable().orElseThrow();
    private static final ClassDesc CD_DOUBLE = Double.class.describeConstable().orElseThrow();

    private Slots() {}

    /** True where both ends of the border know the type. */
    static boolean carries(CoreType.Function type) {
        return type.results().size() <= 1
                && type.parameters().stream().allMatch(Slots::carries)
                && type.results().stream().allMatch(Slots::carries);
    }

    private static boolean carries(CoreType.Value type) {
        return switch (type) {
            case I32, I64, F32, F64 -> true;
            case V128, FUNCREF, EXTERNREF -> false;
        };
    }

    static void fromLong(CodeBuilder code, CoreType.Value type) {
        switch (type) {
            case I32 -> code.l2i();
            case I64 -> {}
            case F32 -> code.l2i().invokestatic(CD_FLOAT, "intBitsToFloat", MethodTypeDesc.of(CD_float, CD_int));
            case F64 -> code.invokestatic(CD_DOUBLE, "longBitsToDouble", MethodTypeDesc.of(CD_double, CD_long));
            case V128, FUNCREF, EXTERNREF -> throw new IllegalArgumentException(type.toString());
        }
    }

    static void toLong(CodeBuilder code, CoreType.Value type) {
        switch (type) {
            case I32 -> code.i2l();
            case I64 -> {}
            case F32 ->
                code.invokestatic(CD_FLOAT, "floatToRawIntBits", MethodTypeDesc.of(CD_int, CD_float))
                        .i2l();
            case F64 -> code.invokestatic(CD_DOUBLE, "doubleToRawLongBits", MethodTypeDesc.of(CD_long, CD_double));
            case V128, FUNCREF, EXTERNREF -> throw new IllegalArgumentException(type.toString());
        }
    }
}
