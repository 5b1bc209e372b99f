/**
 * Runs test scripts of the specification, converted by {@code wasm-tools json-from-wast}.
 *
 * <p>The scripts are not here: they are fetched. The door is {@link io.torvyn.specsuite.SpecSuite}, the heart is {@link
 * io.torvyn.specsuite.ScriptRun}.
 */
@NullMarked
package io.torvyn.specsuite;

import org.jspecify.annotations.NullMarked;
