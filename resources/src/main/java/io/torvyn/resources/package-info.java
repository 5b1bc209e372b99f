/**
 * Payload buffers that live in host memory: who holds each of them, what each component may hold, and every copy of
 * payload bytes.
 *
 * <p>Scheduling and queues are not here (module {@code reactor}), nor is anything about guest memory (module {@code
 * component}). Start with {@link io.torvyn.resources.Resources}, the door, and {@link io.torvyn.resources.Buffer}, the
 * ownership state machine.
 */
@NullMarked
package io.torvyn.resources;

import org.jspecify.annotations.NullMarked;
