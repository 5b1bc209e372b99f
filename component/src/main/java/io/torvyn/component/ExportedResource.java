package io.torvyn.component;

import io.torvyn.contracts.ResourceType;
import org.jspecify.annotations.Nullable;

/**
 * A resource type that a component instance exports and implements: lifts and lowers its handles for generated bindings.
 * Belongs to the instance and to its thread.
 */
public final class ExportedResource {
    private final ResourceType type;
    private final @Nullable GuestResourceType definition;

    ExportedResource(ResourceType type, Instance exporter) {
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
            return resource;
        }
        throw new TrapException("handle " + handle + " is not one of a guest's");
    }

    /**
     * Gives the resource to the guest: CanonicalABI.md, "lower_own". It is empty from then on.
     *
     * @throws IllegalArgumentException when it belongs to another instance
     * @throws IllegalStateException when it has been given away or dropped
     */
    public int lowerOwn(LiftLowerContext cx, GuestResource resource) {
        check(resource);
        if (!resource.isOwned()) {
            throw new IllegalStateException(
                    "a resource " + type + " is given away that has been given away or dropped");
        }
        GuestResource moved = resource.move();
        return resource.definition().owner() == cx.instance()
                ? cx.handles().newOwn(type, moved.rep())
                : cx.handles().newOwn(type, moved);
    }

    /**
     * Lends the resource to the guest for one call: CanonicalABI.md, "lower_borrow". It cannot be dropped meanwhile, since
     * its destructor would enter an instance that is in the middle of a call.
     *
     * @throws IllegalArgumentException when it belongs to another instance
     * @throws IllegalStateException when it has been given away or dropped
     */
    public int lowerBorrow(LiftLowerContext cx, GuestResource resource) {
        check(resource);
        if (!resource.isLive()) {
            throw new IllegalStateException("a resource " + type + " is lent that has been given away or dropped");
        }
        return resource.definition().owner() == cx.instance()
                ? resource.rep()
                : cx.handles().newBorrow(type, resource);
    }

    private void check(GuestResource resource) {
        if (resource.definition() != definition) {
            throw new IllegalArgumentException(
                    "this resource " + resource.type() + " belongs to another instance of a component");
        }
    }
}
