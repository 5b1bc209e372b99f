/**
 * The generator as a goal of Maven. {@link io.torvyn.bindgen.maven.GenerateMojo} is all of it; {@code
 * META-INF/maven/plugin.xml} tells Maven of it.
 */
@NullMarked
package io.torvyn.bindgen.maven;

import org.jspecify.annotations.NullMarked;
