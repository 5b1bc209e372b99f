/**
 * The binary format of components: bytes to definitions, and nothing about what the definitions mean. Types, index
 * spaces and names are checked by the validator, one package up.
 *
 * <p>The door is {@link io.torvyn.component.binary.ComponentDecoder}, the model {@link
 * io.torvyn.component.binary.Definition}. Both follow Binary.md section by section.
 */
@NullMarked
package io.torvyn.component.binary;

import org.jspecify.annotations.NullMarked;
