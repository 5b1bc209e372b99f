/**
 * Components under test: run with given elements, asked what they emitted, what they copied and how they failed.
 *
 * <p>Nothing here runs a component in a way of its own: a test is a flow of {@code io.torvyn.host} with the component in
 * it. Start with {@link io.torvyn.junit.ComponentUnderTest}, the door, and {@link io.torvyn.junit.ComponentRun}, what
 * there is to assert.
 */
@NullMarked
package io.torvyn.junit;

import org.jspecify.annotations.NullMarked;
