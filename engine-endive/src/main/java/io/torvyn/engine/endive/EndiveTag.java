package io.torvyn.engine.endive;

import io.torvyn.component.spi.CoreTag;
import io.torvyn.component.spi.CoreType;
import run.endive.runtime.TagInstance;

/** An exception tag of an instance, or one that it imports. */
record EndiveTag(TagInstance tag, CoreType.Tag type) implements CoreTag {}
