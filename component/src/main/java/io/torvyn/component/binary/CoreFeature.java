package io.torvyn.component.binary;

/** A proposal that has been added to WebAssembly 1.0, by the name that toolchains know it by. */
enum CoreFeature {
    MUTABLE_GLOBALS("mutable-globals"),
    SIGN_EXTENSION("sign-ext"),
    SATURATING_CONVERSIONS("nontrapping-fptoint"),
    MULTIVALUE("multivalue"),
    BULK_MEMORY("bulk-memory"),
    REFERENCE_TYPES("reference-types"),
    TAIL_CALL("tail-call"),
    EXTENDED_CONST("extended-const"),
    SIMD("simd128"),
    RELAXED_SIMD("relaxed-simd"),
    ATOMICS("atomics"),
    EXCEPTION_HANDLING("exception-handling"),
    LEGACY_EXCEPTIONS("legacy-exceptions"),
    MULTIMEMORY("multimemory"),
    MEMORY64("memory64"),
    CUSTOM_PAGE_SIZES("custom-page-sizes"),
    FUNCTION_REFERENCES("function-references"),
    GC("gc"),
    WIDE_ARITHMETIC("wide-arithmetic"),
    /** Something that was not known when this was written. */
    UNKNOWN("something unknown");

    private final String text;

    CoreFeature(String text) {
        this.text = text;
    }

    @Override
    public String toString() {
        return text;
    }
}
