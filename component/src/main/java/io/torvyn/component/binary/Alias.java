package io.torvyn.component.binary;

/** Binary.md, "Alias Definitions". */
public sealed interface Alias {
    Sort sort();

    record Export(Sort sort, int instance, String name) implements Alias {}

    record CoreExport(Sort sort, int instance, String name) implements Alias {}

    /**
     * @param count scopes to go outwards; 0 is the one that the alias stands in
     */
    record Outer(Sort sort, int count, int index) implements Alias {}
}
