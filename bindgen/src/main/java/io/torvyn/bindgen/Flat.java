package io.torvyn.bindgen;

import io.torvyn.component.spi.CoreType;

/** A core value: an expression and its type. */
record Flat(String expression, CoreType.Value type) {
    /** The same value as a case of a variant sees it that was flattened to {@code wanted}. */
    Flat as(CoreType.Value wanted) {
        return new Flat(type == wanted ? expression : convert(wanted), wanted);
    }

    private String convert(CoreType.Value wanted) {
        return switch (wanted) {
            case I32 ->
                type == CoreType.Value.I64 ? "(int) " + operand() : "Float.floatToRawIntBits(" + expression + ")";
            case F32 ->
                "Float.intBitsToFloat(" + (type == CoreType.Value.I64 ? "(int) " + operand() : expression) + ")";
            case F64 -> "Double.longBitsToDouble(" + expression + ")";
            case I64 ->
                switch (type) {
                    case I32 -> "Integer.toUnsignedLong(" + expression + ")";
                    case F32 -> "Integer.toUnsignedLong(Float.floatToRawIntBits(" + expression + "))";
                    case F64 -> "Double.doubleToRawLongBits(" + expression + ")";
                    case I64, V128, FUNCREF, EXTERNREF -> throw new IllegalStateException("no such join: " + type);
                };
            case V128, FUNCREF, EXTERNREF -> throw new IllegalStateException("not a value of a component: " + wanted);
        };
    }

    private String operand() {
        return isSimple(expression) ? expression : "(" + expression + ")";
    }

    static boolean isSimple(String expression) {
        return expression.chars().allMatch(Character::isJavaIdentifierPart);
    }

    static String carrier(CoreType.Value type) {
        return type.carrier().getName();
    }
}
