package io.torvyn.component.spi;

/** A global; passed on from one core instance to another, and to nobody else. */
public non-sealed interface CoreGlobal extends CoreExtern {
    CoreType.Global type();
}
