/**
 * Projects of component authors: made from templates, and built by the tools of their languages.
 *
 * <p>What a manifest means is {@code config}'s; whether a project keeps to its contracts is not looked at here. The tools
 * are other people's programs: they are started with what they need, told to end when nobody waits any more, and their
 * result is believed only after it has been decoded as a component.
 *
 * <p>The doors are {@link io.torvyn.projects.NewProject} and {@link io.torvyn.projects.ProjectBuild}; the hearts the
 * folder {@code templates/} among the resources, and {@link io.torvyn.projects.Toolchain}.
 */
@NullMarked
package io.torvyn.projects;

import org.jspecify.annotations.NullMarked;
