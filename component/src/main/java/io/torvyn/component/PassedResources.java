package io.torvyn.component;

/**
 * The resources of a guest's that the host passes in one call. Generated bindings look at all of them before they enter
 * the guest, so that a caller's mistake is an exception to the caller and nothing to the instance.
 */
public final class PassedResources {
    /** Of no call yet. */
    public PassedResources() {}

    /**
     * It is to be lent.
     *
     * @throws IllegalArgumentException when it belongs to another instance
     * @throws IllegalStateException when it has been closed or given away, or is given away in this very call
     */
    public void lend(ExportedResource type, GuestResource resource) {
        type.checkLend(resource);
        if (resource.givenIn == this) {
            throw twice(type);
        }
        resource.lentIn = this;
    }

    /**
     * It is to be given away.
     *
     * @throws IllegalArgumentException when it belongs to another instance
     * @throws IllegalStateException when it has been closed or given away, or is passed otherwise in this very call
     */
    public void give(ExportedResource type, GuestResource resource) {
        type.checkGive(resource);
        if (resource.givenIn == this || resource.lentIn == this) {
            throw twice(type);
        }
        resource.givenIn = this;
    }

    private static IllegalStateException twice(ExportedResource type) {
        return new IllegalStateException(
                "this " + type.name() + " is given away in a call that it is passed to a second time");
    }
}
