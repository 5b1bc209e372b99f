package io.torvyn.component;

import io.torvyn.component.spi.CoreType;
import io.torvyn.component.spi.HostFunction;
import io.torvyn.contracts.ResourceType;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A resource type that core code of one instance implements: CanonicalABI.md, "Resource State", {@code ResourceType}.
 *
 * <p>In the handle table of that instance such a resource is the i32 that its core code chose; everywhere else it is a
 * {@link GuestResource}.
 */
final class GuestResourceType {
    private static final CoreType.Function NEW_TYPE =
            new CoreType.Function(List.of(CoreType.Value.I32), List.of(CoreType.Value.I32));
    private static final CoreType.Function REP_TYPE = NEW_TYPE;
    private static final CoreType.Function DROP_TYPE = new CoreType.Function(List.of(CoreType.Value.I32), List.of());

    private static final MethodHandle NEW = find(GuestResourceType.class, "resourceNew", NEW_TYPE);
    private static final MethodHandle REP = find(GuestResourceType.class, "resourceRep", REP_TYPE);
    private static final MethodHandle DROP = find(Drop.class, "resourceDrop", DROP_TYPE);

    private final ResourceType type;
    private final Instance owner;
    private final @Nullable Destructor destructor;
    private String destructorName;
    private boolean exported;

    GuestResourceType(ResourceType type, Instance owner, @Nullable Destructor destructor) {
        this.type = type;
        this.owner = owner;
        this.destructor = destructor;
        this.destructorName = "[resource-drop]" + type.name();
    }

    private static MethodHandle find(Class<?> receiver, String name, CoreType.Function type) {
        try {
            return MethodHandles.lookup().findVirtual(receiver, name, type.methodType());
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    ResourceType type() {
        return type;
    }

    /** Gives it the name for messages: that of its first export, wherever it is exported first. */
    void exportedAs(String name) {
        if (!exported) {
            exported = true;
            destructorName = "[resource-drop]" + name;
        }
    }

    /** The instance that implements it. */
    Instance owner() {
        return owner;
    }

    /** {@code canon resource.new}. */
    HostFunction resourceNew() {
        return new HostFunction(NEW_TYPE, NEW, this);
    }

    /** {@code canon resource.rep}. */
    HostFunction resourceRep() {
        return new HostFunction(REP_TYPE, REP, this);
    }

    /** {@code canon resource.drop} for the core code of an instance, whoever implements the resource. */
    static HostFunction resourceDrop(Instance instance, ResourceType type) {
        return new HostFunction(DROP_TYPE, DROP, new Drop(instance, type, instance.definition(type)));
    }

    int resourceNew(int rep) {
        owner.checkMayLeave();
        return owner.handles().newOwn(type, rep);
    }

    int resourceRep(int handle) {
        return owner.handles().guestRep(handle, type);
    }

    /**
     * Runs the destructor on behalf of the host or of another instance; not when the owner is finished.
     *
     * @param dropper the instance whose core code drops; null when it is the host
     */
    void destroy(@Nullable Instance dropper, int rep) {
        if (destructor == null || owner.isFinished()) {
            return;
        }
        try {
            owner.enterFrom(dropper, destructorName);
            destroyWithin(rep);
            owner.leaveTo(dropper);
        } catch (Throwable t) {
            throw owner.trapped(t);
        }
    }

    /** The same, with the owner entered already. */
    private void destroyWithin(int rep) {
        Destructor d = destructor;
        if (d == null) {
            return;
        }
        int borrowsBefore = owner.handles().borrowCount();
        ContextSlots slots = owner.contextSlots();
        long slotsBefore = slots == null ? 0 : slots.begin();
        d.call(rep);
        if (owner.handles().borrowCount() != borrowsBefore) {
            throw Instance.borrowsRemain();
        }
        if (slots != null) {
            slots.end(slotsBefore);
        }
    }

    /**
     * @param defined null when the instance does not implement the resource itself
     */
    record Drop(
            Instance instance, ResourceType type, @Nullable GuestResourceType defined) {
        void resourceDrop(int handle) {
            instance.checkMayLeave();
            HandleTable handles = instance.handles();
            if (defined == null) {
                handles.drop(handle, type, instance);
                return;
            }
            int rep = handles.guestRep(handle, type);
            if (handles.removeForDrop(handle, type)) {
                defined.destroyWithin(rep);
            }
        }
    }
}
