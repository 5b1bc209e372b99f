package io.torvyn.component.binary;

/** What an index or alias refers to: Binary.md, "Instance Definitions". */
public enum Sort {
    CORE_FUNCTION("core function"),
    CORE_TABLE("core table"),
    CORE_MEMORY("core memory"),
    CORE_GLOBAL("core global"),
    CORE_TAG("core tag"),
    CORE_TYPE("core type"),
    CORE_MODULE("core module"),
    CORE_INSTANCE("core instance"),
    FUNCTION("function"),
    TYPE("type"),
    COMPONENT("component"),
    INSTANCE("instance");

    private final String text;

    Sort(String text) {
        this.text = text;
    }

    /** {@code a function}, {@code an instance}. */
    public String withArticle() {
        return (this == INSTANCE ? "an " : "a ") + text;
    }

    @Override
    public String toString() {
        return text;
    }
}
