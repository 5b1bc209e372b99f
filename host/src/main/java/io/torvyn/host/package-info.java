/**
 * The runtime as a library.
 *
 * <p>The door is {@link io.torvyn.host.TorvynHost}. The heart is {@link io.torvyn.host.FlowStartup}, the whole cold road
 * of a flow in one method. What happens to elements is none of this module's business.
 */
@NullMarked
package io.torvyn.host;

import org.jspecify.annotations.NullMarked;
