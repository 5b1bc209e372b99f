/**
 * The Component Model: decode, validate, link and run components, over any core engine behind {@link
 * io.torvyn.component.spi}.
 *
 * <p>The door is {@link io.torvyn.component.Component}. Section titles in comments are those of the specification
 * ({@code design/mvp} of the component-model repository).
 */
@NullMarked
package io.torvyn.component;

import org.jspecify.annotations.NullMarked;
