package io.torvyn.component.spi;

/**
 * Something that a core instance exports, or gets as an import. All of one instantiation come from one engine, but for
 * {@link HostFunction}, which every engine takes.
 */
public sealed interface CoreExtern permits CoreFunction, CoreMemory, CoreTable, CoreGlobal, CoreTag, HostFunction {}
