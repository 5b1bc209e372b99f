/**
 * Runs flows: one virtual thread for each, which moves the elements of the flow from stage to stage.
 *
 * <p>What a stage does is not here: components are called through {@link io.torvyn.engine.ComponentInvoker}, native
 * stages come through {@link io.torvyn.reactor.spi}. Start with {@link io.torvyn.reactor.Reactor}, the door, and {@link
 * io.torvyn.reactor.FlowDriver}, the heart.
 */
@NullMarked
package io.torvyn.reactor;

import org.jspecify.annotations.NullMarked;
