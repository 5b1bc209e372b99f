package io.torvyn.engine.endive;

import io.torvyn.component.Destructor;

/**
 * A destructor behind a shim, which is where wit-component has them all: called without the shim, and without the array
 * that {@link ForwardedCall} passes, as long as the table stays as it was found.
 */
final class ForwardedDestructor implements Destructor {
    private final ForwardedCall forwarded;
    private final BoundedTable table;
    private final CallDepth depth;
    private final Destructor shim;
    private int knownVersion = -1;
    private Destructor known;
    /** What the call of the shim would have counted. */
    private int charge;

    /** @param shim for what is not seen through, and to trap where the element does not fit */
    ForwardedDestructor(ForwardedCall forwarded, Destructor shim) {
        this.forwarded = forwarded;
        this.table = forwarded.table();
        this.depth = forwarded.depth();
        this.shim = shim;
        this.known = shim;
    }

    @Override
    public void call(int rep) {
        if (table.version() != knownVersion) {
            resolve();
        }
        depth.enter(charge);
        try {
            known.call(rep);
        } finally {
            depth.leave(charge);
        }
    }

    private void resolve() {
        known = shim;
        charge = 0;
        if (forwarded.target() instanceof ForwardedCall.Counted counted
                && counted.callee() instanceof EndiveFunction.Call call
                && call.itself() != null) {
            known = call.itself().as(Destructor.class);
            charge = counted.charge();
        }
        knownVersion = table.version();
    }
}
