/**
 * The guest components that tests, examples and benchmarks run, as bytes.
 *
 * <p>Nothing here knows how to run them. Start with {@link io.torvyn.guests.Guests}; what each guest does and takes as
 * configuration is the table in {@code guests/README.md}, and how it does it the source under {@code guests/c},
 * {@code guests/c-bindgen} and {@code guests/wat}.
 */
@NullMarked
package io.torvyn.guests;

import org.jspecify.annotations.NullMarked;
