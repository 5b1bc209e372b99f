package io.torvyn.engine.endive;

import io.torvyn.component.spi.CoreModuleException;
import org.jspecify.annotations.Nullable;
import run.endive.compiler.Cache;

/** Endive's way of handing over and taking back the classes of one module, used for one compilation. */
final class ClassesCache implements Cache {
    private byte @Nullable [] classes;

    /** For a module to be compiled. */
    ClassesCache() {}

    /** For a module that was compiled before. */
    ClassesCache(byte[] known) {
        classes = known;
    }

    /** The jar that Endive made. */
    byte[] classes() {
        if (classes == null) {
            throw new CoreModuleException("the compiler gave no classes");
        }
        return classes;
    }

    @Override
    @SuppressWarnings("NullAway") // null means unknown, says Cache
    public byte[] get(String key) {
        return classes;
    }

    @Override
    public void putIfAbsent(String key, byte[] data) {
        classes = data;
    }
}
