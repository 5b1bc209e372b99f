package io.torvyn.engine.endive;

import io.torvyn.component.spi.CoreGlobal;
import io.torvyn.component.spi.CoreType;
import run.endive.runtime.GlobalInstance;

/** A global of an instance, or one that it imports. */
record EndiveGlobal(GlobalInstance global, CoreType.Global type) implements CoreGlobal {}
