/**
 * {@code Torvyn.toml} and {@code pipeline.toml}: from text to validated, immutable records.
 *
 * <p>Everything that can be found wrong by reading the text alone is found here, all of it at once, each finding with
 * file, line and column. What needs a component's bytes, the file system or the graph as a whole is the linker's.
 *
 * <p>The door is {@link io.torvyn.config.ManifestLoader}, the heart {@link io.torvyn.config.Section}: how a table is
 * read. All defaults stand in the readers, and nowhere else.
 */
@NullMarked
package io.torvyn.config;

import org.jspecify.annotations.NullMarked;
