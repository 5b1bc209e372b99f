package io.torvyn.component;

import io.torvyn.component.binary.BinaryException;
import io.torvyn.component.binary.ComponentDecoder;

/** Bytes are a valid component, or refused at one of them. */
public final class ComponentFuzz {
    private ComponentFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        try {
            Validator.validate(input, ComponentDecoder.decode(input));
        } catch (BinaryException e) {
            if (e.offset() < 0 || e.offset() > input.length) {
                throw new AssertionError("an offset beyond the " + input.length + " bytes: " + e.text(), e);
            }
        }
    }
}
