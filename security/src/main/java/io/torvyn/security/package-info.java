/**
 * What a component may do, and the record of what it did.
 *
 * <p>Nothing is allowed that is not granted. What is granted is decided once, before a component is instantiated, and
 * never changes while it runs. Enforcing is the business of those who do the work: the WASI host asks before it opens,
 * reads or prints, and reports to a {@link io.torvyn.security.CapabilityGuard}.
 *
 * <p>The door is {@link io.torvyn.security.SandboxConfigurator}, the heart {@link io.torvyn.security.Capability}: what a
 * capability is and when one covers another.
 */
@NullMarked
package io.torvyn.security;

import org.jspecify.annotations.NullMarked;
