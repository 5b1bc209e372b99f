package io.torvyn.types;

/**
 * A slot of the resource table, valid only while the slot still has this generation.
 *
 * @param index the slot, from 0
 * @param generation how many lives the slot has had; the first live one is 1
 */
public record ResourceId(int index, int generation) {
    @Override
    public String toString() {
        return "resource-" + Integer.toUnsignedString(index) + ":g" + Integer.toUnsignedString(generation);
    }
}
