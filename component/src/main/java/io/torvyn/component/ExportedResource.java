package io.torvyn.component;

import io.torvyn.contracts.ResourceType;
import org.jspecify.annotations.Nullable;

/**
 * A resource type that a component instance exports and implements: lifts and lowers its handles for generated bindings.
 * Belongs to the instance and to its thread.
 */
public final class ExportedResource {
    private final String name;
    private final ResourceType type;
    private final @Nullable GuestResourceType definition;

    /** @param name of the resource in WIT */
    ExportedResource(String name, ResourceType type, Instance exporter) {
        this.name = name;
        this.type = type;
        this.definition = exporter.definitionWithin(type);
    }

    /**
     * An owned handle that the guest gives away: CanonicalABI.md, "lift_own".
     *
     * @throws TrapException when it is not one
     */
    public GuestResource liftOwn(LiftLowerContext cx, int handle) {
        GuestResourceType d = definition;
        if (d != null && d.owner() == cx.instance()) {
            return new GuestResource(d, cx.handles().removeGuestOwn(handle, type), true);
        }
        if (cx.handles().removeOwn(handle, type) instanceof GuestResource resource) {
            return resource.move(); // an object made here either way: HotSpot need not make it at all then
        }
        throw new TrapException("handle " + handle + " is not one of a guest's");
    }

    /**
     * Gives the resource to the guest: CanonicalABI.md, "lower_own". It is empty from then on.
     *
     * @throws IllegalArgumentException as {@link #checkGive}
     * @throws IllegalStateException as {@link #checkGive}
     */
    public int lowerOwn(LiftLowerContext cx, GuestResource resource) {
        checkGive(resource);
        GuestResource moved = resource.move();
        return resource.definition().owner() == cx.instance()
                ? cx.handles().newOwn(type, moved.rep())
                : cx.handles().newOwn(type, moved);
    }

    /**
     * Lends the resource to the guest for one call: CanonicalABI.md, "lower_borrow". It cannot be dropped meanwhile, since
     * its destructor would enter an instance that is in the middle of a call.
     *
     * @throws IllegalArgumentException as {@link #checkLend}
     * @throws IllegalStateException as {@link #checkLend}
     */
    public int lowerBorrow(LiftLowerContext cx, GuestResource resource) {
        checkLend(resource);
        return resource.definition().owner() == cx.instance()
                ? resource.rep()
                : cx.handles().newBorrow(type, resource);
    }

    String name() {
        return name;
    }

    /**
     * That the host may give the resource to the guest. Bindings ask before they enter the guest: afterwards, what is
     * thrown finishes the instance.
     *
     * @throws IllegalArgumentException when it belongs to another instance
     * @throws IllegalStateException when it has been closed or given away, or was only lent, or is lent
     */
    public void checkGive(GuestResource resource) {
        checkLend(resource);
        if (!resource.isOwned() || resource.isLent()) {
            throw new IllegalStateException("this " + name + " is lent and cannot be given away");
        }
    }

    /**
     * That the host may lend the resource to the guest; as {@link #checkGive}.
     *
     * @throws IllegalArgumentException when it belongs to another instance
     * @throws IllegalStateException when it has been closed or given away
     */
    public void checkLend(GuestResource resource) {
        if (resource.definition() != definition) {
            throw new IllegalArgumentException("this " + name + " belongs to another instance of a component");
        }
        if (!resource.isLive()) {
            throw new IllegalStateException("this " + name + " has been closed or given away");
        }
    }
}
