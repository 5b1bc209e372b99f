package io.torvyn.config;

/** How the code of components is made to run. */
public enum CompilationStrategy {
    /** Compiled before the first call. */
    OPTIMIZED,
    /** Interpreted. */
    BASELINE,
    /** Interpreted at first, compiled in the background. */
    TIERED
}
