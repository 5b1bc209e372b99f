package io.torvyn.engine.endive;

import io.torvyn.component.spi.CoreTrap;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import run.endive.runtime.Instance;
import run.endive.runtime.TableInstance;
import run.endive.wasm.types.Table;
import run.endive.wasm.types.TableLimits;

/**
 * A table that does not grow beyond the host's limit.
 *
 * <p>Has limits of its own: Endive notes growth in them, and those of the module are shared by all its instances.
 */
final class BoundedTable extends TableInstance {
    private final int limit;
    private final Instance owner;
    private final List<FlatMemory> dependents = new ArrayList<>();
    private int version;
    /** What the last attempt to grow was refused for, when that was the host's limit. */
    private @Nullable CoreTrap refused;

    /**
     * @param initialValue of all elements, a function of the owner or none
     * @throws EndiveTrap when the table would start out beyond the limit
     */
    BoundedTable(Table declared, int initialValue, int limit, Instance owner) {
        super(withinLimit(declared, limit), initialValue);
        this.limit = limit;
        this.owner = owner;
    }

    private static Table withinLimit(Table declared, int limit) {
        TableLimits limits = declared.limits();
        if (limits.min() > limit) {
            throw new EndiveTrap(
                    CoreTrap.Kind.TABLE_LIMIT,
                    "a table wants to start with " + limits.min() + " elements, the limit is " + limit,
                    limits.min(),
                    limit);
        }
        return new Table(declared.elementType(), new TableLimits(limits.min(), limits.max(), limits.shared()));
    }

    /** Another number whenever an element has been set or the table has grown: whoever remembers an element looks at it. */
    int version() {
        return version;
    }

    /** Has the memory forget what its instance's imports are when this table changes next. */
    void notify(FlatMemory memory) {
        if (!dependents.contains(memory)) {
            dependents.add(memory);
        }
    }

    private void changed() {
        version++;
        if (!dependents.isEmpty()) {
            dependents.forEach(FlatMemory::unlink);
            dependents.clear();
        }
    }

    private boolean mayGrow(int elements) {
        long wanted = size() + Integer.toUnsignedLong(elements);
        refused = wanted <= limit || wanted > limits().max()
                ? null
                : new CoreTrap(CoreTrap.Kind.TABLE_LIMIT, CoreTrap.Kind.TABLE_LIMIT.text(), List.of(), wanted, limit);
        return wanted <= limit;
    }

    @Nullable
    CoreTrap refusedGrowth() {
        return refused;
    }

    /**
     * Whose function an element is. Endive notes that whenever an element is set, but not for those that a table starts
     * with; and {@code table.copy} does not check an end beyond 2^31, so that is checked here.
     */
    @Override
    public Instance instance(int index) {
        if (index < 0 || index >= size()) {
            throw new EndiveTrap(
                    CoreTrap.Kind.TABLE_OUT_OF_BOUNDS,
                    "out of bounds table access: element " + Integer.toUnsignedLong(index) + ", the table has "
                            + size());
        }
        Instance noted = super.instance(index);
        return noted == null ? owner : noted;
    }

    @Override
    public int grow(int elements, int value, Instance instance) {
        changed();
        return mayGrow(elements) ? super.grow(elements, value, instance) : -1;
    }

    @Override
    public int growWithRef(int elements, Object value, Instance instance) {
        changed();
        return mayGrow(elements) ? super.growWithRef(elements, value, instance) : -1;
    }

    @Override
    public void setRef(int index, int value, Instance instance) {
        changed();
        super.setRef(index, value, instance);
    }

    @Override
    public void setObjRef(int index, Object value, Instance instance) {
        changed();
        super.setObjRef(index, value, instance);
    }

    @Override
    public void reset() {
        changed();
        super.reset();
    }
}
