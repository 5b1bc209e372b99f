/**
 * Endive 1.0.0 behind {@link io.torvyn.component.spi}: the only place that knows {@code run.endive}.
 *
 * <p>The door is {@link io.torvyn.engine.endive.EndiveEngine}; the heart is {@code EndiveModule}, which links the
 * arguments of an instantiation. {@code HostAdapters} is how core code gets out, {@code GuestCalls} how hosts get in,
 * {@code FlatMemory} what both read and write. Nothing of the Component Model lives here.
 */
@NullMarked
package io.torvyn.engine.endive;

import org.jspecify.annotations.NullMarked;
