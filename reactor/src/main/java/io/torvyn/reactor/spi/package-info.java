/**
 * Stages that are native Java: where elements come from, where they go to, and what becomes of them without a component.
 *
 * <p>They have no special powers over buffers: the same pools, budgets, ownership and ledger as components have. Start
 * with {@link io.torvyn.reactor.spi.NativeStageProvider}.
 */
@NullMarked
package io.torvyn.reactor.spi;

import org.jspecify.annotations.NullMarked;
