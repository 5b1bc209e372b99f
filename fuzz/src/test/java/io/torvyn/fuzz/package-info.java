/**
 * What strangers send, and whatever else: each target is a class {@code …Fuzz} in the package of what it looks at. Start
 * with {@code ComponentFuzz}; {@code fuzz/targets.txt} has them all.
 */
package io.torvyn.fuzz;
