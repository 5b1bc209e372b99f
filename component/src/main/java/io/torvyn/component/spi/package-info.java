/**
 * What a core WebAssembly engine has to offer so that components run on it.
 *
 * <p>Start with {@link io.torvyn.component.spi.CoreEngine}. Calls in both directions are typed method handles whose
 * Java types follow from the wasm types (i32 {@code int}, i64 {@code long}, f32 {@code float}, f64 {@code double}), so
 * that an engine may bind them directly and nothing is boxed or put into an array by us.
 */
@NullMarked
package io.torvyn.component.spi;

import org.jspecify.annotations.NullMarked;
