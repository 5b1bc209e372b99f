package io.torvyn.engine.endive;

import io.torvyn.component.spi.CoreModuleException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** A file of compiled code is read or refused, its checksums being right whatever is in it. */
public final class CompiledModuleFileFuzz {
    private static final byte[] WASM = {0, 'a', 's', 'm', 1, 0, 0, 0};

    private CompiledModuleFileFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        byte[] file = input.clone();
        if (file.length >= CompiledModuleFile.HEADER_LENGTH) {
            ByteBuffer.wrap(file)
                    .putInt(0x54764543)
                    .put((byte) CompiledModuleFile.VERSION)
                    .putInt(CompiledModuleFile.checksum(WASM, 0))
                    .putInt(WASM.length)
                    .putInt(CompiledModuleFile.checksum(file, CompiledModuleFile.HEADER_LENGTH));
        }
        try {
            CompiledModuleFile read = CompiledModuleFile.read(file, WASM);
            for (String name : read.classNames()) {
                read.classFile(name);
            }
            if (!Arrays.equals(read.bytes(), file)) {
                throw new AssertionError("other bytes than were read");
            }
        } catch (CoreModuleException _) {
            // as it should be
        }
    }
}
