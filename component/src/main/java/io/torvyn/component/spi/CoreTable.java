package io.torvyn.component.spi;

/** A table; passed on from one core instance to another, and to nobody else. */
public non-sealed interface CoreTable extends CoreExtern {
    CoreType.Table type();

    /** Elements now. */
    int size();
}
