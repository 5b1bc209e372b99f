package io.torvyn.engine.endive;

import io.torvyn.component.spi.CoreEngine;
import io.torvyn.component.spi.CoreEngine.Strategy;
import io.torvyn.component.spi.CoreModuleException;
import java.util.List;

/** Bytes are a core module that can be interpreted, metered and read in parts, or refused. */
public final class CoreModuleFuzz {
    private static final CoreEngine ENGINE = new EndiveEngine();
    private static final CoreEngine METERED = ENGINE.metered().orElseThrow();

    private CoreModuleFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        try {
            ENGINE.compile(input, Strategy.BASELINE);
        } catch (CoreModuleException e) {
            if (e.offset() < 0 || e.offset() > input.length) {
                throw new AssertionError("an offset beyond the " + input.length + " bytes", e);
            }
            refusedWithoutCode(input);
            return;
        }
        METERED.compile(input, Strategy.BASELINE);
        byte[] wasm = UnnamedImports.rename(input);
        ModuleReader.readWithoutCode(wasm);
        ModuleReader.readBodies(wasm, List.of(0, 1));
        ModuleReader.read(FuelMetering.rewrite(wasm)); // what is metered is not validated again
    }

    /** Kept code may belong to bytes that are no longer what they were. */
    private static void refusedWithoutCode(byte[] input) {
        try {
            ModuleScan.scan(input);
            byte[] wasm = FuelMetering.rewrite(UnnamedImports.rename(input));
            ModuleReader.readWithoutCode(wasm);
            ModuleReader.readBodies(wasm, List.of(0, 1));
        } catch (CoreModuleException _) {
            // as it should be
        }
    }
}
