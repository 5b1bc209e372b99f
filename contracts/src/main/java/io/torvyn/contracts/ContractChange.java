package io.torvyn.contracts;

import io.torvyn.types.ErrorCode;
import java.util.Optional;

/**
 * One difference between two versions of a contract.
 *
 * @param path the item that differs, from its interface or world down: {@code types.element-meta.sequence}, {@code
 *     processor.process.input}, {@code types.buffer.read-all}
 * @param subject what kind of item that is
 * @param effect what it means to those who were right with the older version
 * @param code E0140 to E0146 of what breaks; empty for the rest
 * @param reason as the second half of a sentence about the path
 * @param before what stood there, as WIT; empty when there was nothing, or nothing to show
 * @param after what stands there now, likewise
 */
public record ContractChange(
        String path,
        Subject subject,
        Effect effect,
        Optional<ErrorCode> code,
        String reason,
        String before,
        String after) {
    /** The kinds of items that can differ. */
    public enum Subject {
        INTERFACE,
        TYPE,
        FIELD,
        /** Of a variant, an enum or flags. */
        CASE,
        /** Members of resources included. */
        FUNCTION,
        PARAMETER,
        RESULT,
        WORLD,
        IMPORT,
        EXPORT
    }

    /** By what a change asks of the version: from the least to the most. */
    public enum Effect {
        /** Nothing that a program could notice: comments, gates, and whatever {@code @unstable} promises nothing of. */
        REMARK,
        /** There is more than there was; who was right stays right. */
        ADDITION,
        /** Who was right may be wrong now. */
        BREAKING
    }

    /** @throws IllegalArgumentException when a change that breaks has no code, or another one has */
    public ContractChange {
        if (code.isPresent() != (effect == Effect.BREAKING)) {
            throw new IllegalArgumentException("what breaks has a code, and nothing else has: " + path);
        }
    }

    /** {@code types.buffer: was removed}. */
    @Override
    public String toString() {
        return path + ": " + reason;
    }
}
