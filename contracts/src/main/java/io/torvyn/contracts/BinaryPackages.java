package io.torvyn.contracts;

import io.torvyn.types.DiagnosticsException;

/** Reads WIT packages in binary form, which are components: whoever knows those lends it to {@link WitPackages#load}. */
@FunctionalInterface
public interface BinaryPackages {
    /**
     * A package as text, as {@link WitPackages#text} prints it: what it uses of other packages stands behind it in braces.
     *
     * @param file what it is called in messages
     * @throws DiagnosticsException E0100 when it is no such package
     */
    String text(byte[] wasm, String file);
}
