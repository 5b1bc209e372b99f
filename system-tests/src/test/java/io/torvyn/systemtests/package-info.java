/**
 * Whole flows with real guests, through the command line as its users have it.
 *
 * <p>Start with {@link io.torvyn.systemtests.TorvynProcess}, which runs the distribution, and {@link
 * io.torvyn.systemtests.Project}, which writes what it is to run.
 */
@NullMarked
package io.torvyn.systemtests;

import org.jspecify.annotations.NullMarked;
