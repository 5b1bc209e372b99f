/**
 * From a flow as it is written to a pipeline that can be instantiated, or to everything that stands in the way.
 *
 * <p>Nothing is read, compiled or run here, and the same input has the same result. Whether a component may have what it
 * imports is decided by the security module; whether its functions have the right types, when it is instantiated.
 *
 * <p>The door is {@link io.torvyn.linker.PipelineLinker}, the heart {@link io.torvyn.linker.FlowGraph}: the rules of the
 * graph and the order of its stages.
 */
@NullMarked
package io.torvyn.linker;

import org.jspecify.annotations.NullMarked;
