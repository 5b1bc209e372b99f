package io.torvyn.observability;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** Numbers that one thread writes and any thread reads: each whole, none in step with another. */
final class Totals {
    private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(long[].class);

    private final long[] cells;

    Totals(int size) {
        cells = new long[size];
    }

    void set(int cell, long value) {
        CELL.setOpaque(cells, cell, value);
    }

    void add(int cell, long amount) {
        CELL.setOpaque(cells, cell, cells[cell] + amount);
    }

    void raise(int cell, long value) {
        if (value > cells[cell]) {
            CELL.setOpaque(cells, cell, value);
        }
    }

    long get(int cell) {
        return (long) CELL.getOpaque(cells, cell);
    }
}
