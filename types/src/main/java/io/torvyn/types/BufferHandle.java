package io.torvyn.types;

/** A buffer, seen from outside the resource table. */
public record BufferHandle(ResourceId id) {
    @Override
    public String toString() {
        return "buffer-" + Integer.toUnsignedString(id.index()) + ":g" + Integer.toUnsignedString(id.generation());
    }
}
