package io.torvyn.engine.endive;

import io.torvyn.component.spi.CoreModuleException;
import org.jspecify.annotations.Nullable;
import run.endive.wasm.types.OpCode;

/** What the Endive engine does not run, and what the author of a guest can do about it. */
enum UnsupportedFeature {
    SIMD("SIMD", "build it without (clang -mno-simd128, rustc -C target-feature=-simd128)"),
    THREADS("threads", "build it without shared memory and atomic instructions"),
    MEMORY64("64-bit addresses", "build it for wasm32"),
    GARBAGE_COLLECTION("garbage-collected types", "build it for linear memory"),
    FOREIGN_FUNCTION_REFERENCES(
            "function references that pass from one core instance to another",
            "pass an index into a table that both of them share instead"),
    LEGACY_EXCEPTIONS("the exceptions of before 2023", "build it with those of the standard (exnref), or without");

    private final String text;
    private final String mend;

    UnsupportedFeature(String text, String mend) {
        this.text = text;
        this.mend = mend;
    }

    /** The one that an instruction belongs to; null when it is run. */
    static @Nullable UnsupportedFeature of(OpCode opcode) {
        return switch (opcode.opcode() >>> 8) {
            case 0xFB -> GARBAGE_COLLECTION;
            case 0xFD -> SIMD;
            case 0xFE -> THREADS;
            default -> null;
        };
    }

    /**
     * @param user who uses it
     * @param detail what of it; may be empty
     * @param offset of its first byte in the core module
     */
    CoreModuleException refusal(String user, String detail, int offset) {
        return new CoreModuleException(
                "%s uses %s%s at byte 0x%x, which the Endive engine does not run; %s"
                        .formatted(user, text, detail.isEmpty() ? "" : " (" + detail + ")", offset, mend),
                offset);
    }
}
