package io.torvyn.engine.endive;

import io.torvyn.component.spi.CoreTrap;

/** A trap that our own parts raise: memory and table bounds, and the limits of an instance. */
final class EndiveTrap extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final CoreTrap.Kind kind;
    private final long attempted;
    private final long limit;

    EndiveTrap(CoreTrap.Kind kind, String detail) {
        this(kind, detail, 0, 0);
    }

    /** For the kinds that have numbers. */
    EndiveTrap(CoreTrap.Kind kind, String detail, long attempted, long limit) {
        super(detail);
        this.kind = kind;
        this.attempted = attempted;
        this.limit = limit;
    }

    /** A guest's way of giving up when it was refused to grow, told as that refusal. */
    EndiveTrap(CoreTrap refused, RuntimeException cause) {
        super(refused.detail(), cause);
        this.kind = refused.kind();
        this.attempted = refused.attempted();
        this.limit = refused.limit();
    }

    long attempted() {
        return attempted;
    }

    long limit() {
        return limit;
    }

    CoreTrap.Kind kind() {
        return kind;
    }
}
