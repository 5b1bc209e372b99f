package io.torvyn.component.spi;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A core module at work. Entered by one thread at a time. */
public interface CoreInstance {
    /** What it exports under that name; null when there is nothing. */
    @Nullable
    CoreExtern export(String name);

    /**
     * Has the core code of this instance look at the interrupt status of its thread, and trap with {@link
     * CoreTrap.Kind#INTERRUPTED} when it is set. Code that is running comes to look within some milliseconds; code that
     * nobody has asked need not look at all, since looking is what a tight loop spends a third of its time on. From any
     * thread, as many times as {@link #ignoreInterruption}.
     */
    void heedInterruption();

    /** The counterpart of {@link #heedInterruption}. */
    void ignoreInterruption();

    /** How calls of its imported functions get out now, in the order of the imports. */
    List<ImportPath> importPaths();

    /** One imported function. */
    record ImportPath(String module, String name, CoreFunction.CallPath path) {}

    /**
     * What its last attempt to grow one of its memories or tables was refused for: a trap of kind {@code MEMORY_LIMIT} or
     * {@code TABLE_LIMIT}, without a backtrace. Null when it did not meet a limit.
     */
    default @Nullable CoreTrap refusedGrowth() {
        return null;
    }

    /** Bytes of linear memory that it owns now. */
    long memoryBytes();
}
