/**
 * From a linked pipeline to one that can run, and the native stages that come with Torvyn.
 *
 * <p>The door is {@link io.torvyn.pipeline.Pipeline}. Of the native stages start with {@link
 * io.torvyn.pipeline.StreamSource} and its {@link io.torvyn.pipeline.LineSplitter}. How elements move is decided in
 * {@code io.torvyn.reactor}.
 */
@NullMarked
package io.torvyn.pipeline;

import org.jspecify.annotations.NullMarked;
