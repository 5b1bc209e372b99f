/**
 * The vocabulary of the whole runtime: identifiers, state machines, failures, diagnostics and the event sink.
 *
 * <p>Nothing here does anything, and nothing here depends on anything. Start with {@link io.torvyn.types.Failure} (how
 * everything that goes wrong is described) and {@link io.torvyn.types.FlowState} (the life of a flow).
 */
@NullMarked
package io.torvyn.types;

import org.jspecify.annotations.NullMarked;
