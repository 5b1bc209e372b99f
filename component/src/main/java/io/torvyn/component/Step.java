package io.torvyn.component;

import io.torvyn.component.ExternType.InstanceType;
import io.torvyn.component.binary.Sort;
import io.torvyn.component.spi.CoreType;
import io.torvyn.contracts.FunctionType;
import io.torvyn.contracts.ResourceType;
import java.lang.invoke.MethodHandle;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * What instantiating a component does for one of its definitions. Validation has made it: indices are in range, and
 * types fit. Type definitions have no step, but for resources.
 */
sealed interface Step {
    /** Adds what was given under that name, and learns the identities of the resources in its type. */
    record Import(String name, ExternType type) implements Step {}

    /** @param number among all core modules of the file */
    record CoreModule(int number) implements Step {}

    /** @param arguments core instances by the name under which the module imports from them */
    record CoreInstantiate(int module, Map<String, Integer> arguments) implements Step {}

    record CoreInline(List<CoreItem> exports) implements Step {}

    record CoreItem(String name, Sort sort, int index) {}

    record CoreAlias(Sort sort, int instance, String name) implements Step {}

    record Component(Plan plan) implements Step {}

    /** @param type of the instance; its resources are learnt from what the instance exports */
    record Instantiate(int component, List<Item> arguments, InstanceType type) implements Step {}

    record Inline(List<Item> exports) implements Step {}

    /** @param index of anything but types; those {@code type} describes */
    record Item(String name, Sort sort, int index, ExternType type) {}

    record AliasExport(Sort sort, int instance, String name) implements Step {}

    /** A core module or component of an enclosing component. */
    record AliasOuter(Sort sort, int count, int index) implements Step {}

    record Resource(ResourceType type, OptionalInt destructor) implements Step {}

    record Lift(int coreFunction, FunctionType type, Options options) implements Step {}

    record Lower(int function, FunctionType type, Options options) implements Step {}

    /**
     * A built-in that traps when it is called.
     *
     * @param target of {@link UnsupportedBuiltin#target}
     */
    record Builtin(String name, CoreType.Function type, MethodHandle target) implements Step {}

    /** {@code context.get} or {@code context.set}. */
    record Context(int slot, boolean set) implements Step {}

    /** {@code backpressure.inc} or {@code backpressure.dec}. */
    record BackpressureChange(boolean increase) implements Step {}

    record ResourceNew(ResourceType type) implements Step {}

    record ResourceDrop(ResourceType type) implements Step {}

    record ResourceRep(ResourceType type) implements Step {}

    /** @param type what the item is seen as from then on; where it hides a resource's identity, it has one of its own */
    record Export(Item item, ExternType type) implements Step {}

    /**
     * Canonical options; indices are those of core memories and core functions.
     *
     * @param async what has it validates and links, and traps when it is called
     */
    record Options(
            StringEncoding encoding, OptionalInt memory, OptionalInt realloc, OptionalInt postReturn, boolean async) {}
}
