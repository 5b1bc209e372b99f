/**
 * Components as stages of a flow.
 *
 * <p>The door is {@link io.torvyn.engine.WasmEngine}: bytes to {@link io.torvyn.engine.CompiledComponent} to {@link
 * io.torvyn.engine.ComponentInstance}. The heart is {@link io.torvyn.engine.GuestInvoker}, which every element passes.
 * How values cross the border is decided in {@code io.torvyn.component} and in the generated bindings of {@code
 * io.torvyn.streaming}, not here.
 */
@NullMarked
package io.torvyn.engine;

import org.jspecify.annotations.NullMarked;
