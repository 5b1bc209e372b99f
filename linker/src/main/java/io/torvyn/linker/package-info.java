/**
 * From a flow as it is written to a pipeline that can be instantiated, or to everything that stands in the way.
 *
 * <p>Nothing is read, compiled or run when a flow is linked, and the same input has the same result. What a component may
 * do is decided by the security module, and files are looked at by the host; what they found is in {@link
 * io.torvyn.linker.NodeFacts} and goes into the same report. {@link io.torvyn.linker.ProjectCheck}, which checks a whole
 * project before there is anything to link, reads files itself.
 *
 * <p>The door is {@link io.torvyn.linker.PipelineLinker}, the heart {@link io.torvyn.linker.FlowGraph}: the rules of the
 * graph and the order of its stages.
 */
@NullMarked
package io.torvyn.linker;

import org.jspecify.annotations.NullMarked;
