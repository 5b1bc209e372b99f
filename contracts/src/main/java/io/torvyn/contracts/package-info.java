/**
 * WIT and the type model of the Component Model.
 *
 * <p>Two models live here. {@link io.torvyn.contracts.WitInterface}, {@link io.torvyn.contracts.WitWorld} and {@link
 * io.torvyn.contracts.TypeReference} keep what an author wrote, names and comments included; {@link
 * io.torvyn.contracts.ValueType} and {@link io.torvyn.contracts.FunctionType} are the bare structure that a component
 * binary has too. Binaries are decoded in {@code io.torvyn.component}, not here.
 *
 * <p>Start with {@link io.torvyn.contracts.WitPackages}, the door: it reads files, {@code WitParser} gives them a shape
 * and {@code WitResolver}, the heart, gives every name its meaning. {@link io.torvyn.contracts.Contracts} holds
 * Torvyn's own packages, and {@link io.torvyn.contracts.ContractComparison} tells what a new version of a package means
 * to those who were right with the old one. All of WIT is read; {@code stream}, {@code future}, {@code error-context}, {@code map} and
 * lists of fixed length have no {@code ValueType}, and {@link io.torvyn.contracts.TypeReference#beyondModel} tells.
 */
@NullMarked
package io.torvyn.contracts;

import org.jspecify.annotations.NullMarked;
