package io.torvyn.component;

import io.torvyn.component.spi.CoreMemory;
import java.util.AbstractList;
import java.util.Objects;
import java.util.RandomAccess;

/**
 * A list as it lay in guest memory, copied in one move; it outlives the call and never changes. An element becomes an
 * object when it is asked for, a new one each time: a host that passes a list on, or reads a few fields of each record,
 * does not pay for the rest. Where it is lowered as the same type, that is one move again.
 */
final class PackedList<E> extends AbstractList<E> implements RandomAccess {
    private final PackedElement<E> element;
    private final ArrayMemory memory;
    private final int size;

    private PackedList(PackedElement<E> element, ArrayMemory memory, int size) {
        this.element = element;
        this.memory = memory;
        this.size = size;
    }

    /** Copies out of guest memory; the place has been checked. */
    static <E> PackedList<E> read(PackedElement<E> element, CoreMemory memory, int address, int size) {
        return new PackedList<>(element, new ArrayMemory(memory.readBytes(address, size * element.size())), size);
    }

    @Override
    public E get(int index) {
        return element.loader().load(memory, Objects.checkIndex(index, size) * element.size());
    }

    @Override
    public int size() {
        return size;
    }

    /** Whether the elements lie here as they do for {@code wanted}. */
    boolean isOf(PackedElement<?> wanted) {
        return element.equals(wanted);
    }

    /** Copies all of it to guest memory, in one move; the place has been checked. */
    void writeTo(CoreMemory target, int address) {
        target.write(address, memory.bytes, 0, memory.bytes.length);
    }
}
