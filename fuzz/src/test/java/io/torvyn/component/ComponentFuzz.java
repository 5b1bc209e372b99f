package io.torvyn.component;

import io.torvyn.component.binary.BinaryException;
import io.torvyn.component.binary.ComponentDecoder;

/** Bytes are a valid component, whose world can be shown or has no form in WIT, or they are refused at one of them. */
public final class ComponentFuzz {
    private ComponentFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        try {
            Validator.validate(input, ComponentDecoder.decode(input));
            switch (ComponentFile.of(input, "").world()) {
                case ComponentFile.World.Wit(var packages) -> packages.text();
                case ComponentFile.World.Package(var packages) -> packages.text();
                case ComponentFile.World.NoWit _ -> {}
            }
        } catch (EngineException e) {
            // The frame of a core module is damaged where validation does not look.
        } catch (BinaryException e) {
            if (e.offset() < 0 || e.offset() > input.length) {
                throw new AssertionError("an offset beyond the " + input.length + " bytes: " + e.text(), e);
            }
        }
    }
}
