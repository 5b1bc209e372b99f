/**
 * The {@code torvyn} command: arguments in, results and exit codes out.
 *
 * <p>The door is {@link io.torvyn.cli.Torvyn}. Each command is one class that reads its options and calls one method of
 * {@code io.torvyn.host}; what comes back is printed here and nowhere else, and {@link io.torvyn.cli.Failures} is the
 * only place that turns a failure into text and an exit code.
 */
@NullMarked
package io.torvyn.cli;

import org.jspecify.annotations.NullMarked;
