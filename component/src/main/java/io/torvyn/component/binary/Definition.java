package io.torvyn.component.binary;

import java.util.List;
import java.util.Optional;

/** One definition of a component, in the order in which the binary has them; custom sections are left out. */
public sealed interface Definition {
    /** Its first byte, counted from the start of the file. */
    int offset();

    /**
     * A core module, kept as bytes.
     *
     * @param length in bytes, from {@link #offset} on
     */
    record CoreModule(int offset, int length) implements Definition {}

    /** {@code (core instance (instantiate m (with n (instance i))*))}. */
    record CoreInstantiate(int offset, int module, List<CoreArgument> arguments) implements Definition {}

    record CoreArgument(String name, int instance) {}

    /** A core instance made of items that are there already. */
    record CoreInline(int offset, List<InlineExport> exports) implements Definition {}

    /** A name for an item. */
    record InlineExport(int offset, String name, Sort sort, int index) {}

    record CoreType(int offset, CoreDefType type) implements Definition {}

    record Component(int offset, List<Definition> definitions) implements Definition {
        public Component {
            definitions = List.copyOf(definitions);
        }
    }

    /** {@code (instance (instantiate c (with n sortidx)*))}. */
    record Instantiate(int offset, int component, List<InlineExport> arguments) implements Definition {}

    /** An instance made of items that are there already. */
    record Inline(int offset, List<NamedExport> exports) implements Definition {}

    /** A name, as imports and exports have one, for an item. */
    record NamedExport(int offset, AttributedName name, Sort sort, int index) {}

    record OfAlias(int offset, Alias alias) implements Definition {}

    record Type(int offset, DefType type) implements Definition {}

    record Canonical(int offset, CanonicalDefinition definition) implements Definition {}

    record Import(int offset, AttributedName name, ExternDesc type) implements Definition {}

    /**
     * @param ascribed the type that the export is to have instead of its own; a supertype of that
     */
    record Export(int offset, AttributedName name, Sort sort, int index, Optional<ExternDesc> ascribed)
            implements Definition {}
}
