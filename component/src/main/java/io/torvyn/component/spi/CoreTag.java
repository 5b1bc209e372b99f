package io.torvyn.component.spi;

/** An exception tag; passed on from one core instance to another, and to nobody else. */
public non-sealed interface CoreTag extends CoreExtern {
    CoreType.Tag type();
}
