package io.torvyn.engine.endive;

import io.torvyn.component.spi.CoreTable;
import io.torvyn.component.spi.CoreType;
import run.endive.runtime.TableInstance;

/** A table of an instance, or one that it imports. */
record EndiveTable(TableInstance table, CoreType.Table type) implements CoreTable {
    @Override
    public int size() {
        return table.size();
    }
}
