package io.torvyn.contracts;

import java.util.List;
import java.util.Optional;

/**
 * A resolved WIT world, {@code include}s done. Interfaces that an import or export needs stand among the imports too.
 *
 * @param name qualified, with version
 * @param imports in order
 * @param exports in order
 * @param types declared in the world itself
 * @param docs the doc comment's lines, without slashes; may be empty
 * @param stability what its gates say
 */
public record WitWorld(
        String name,
        List<Item> imports,
        List<Item> exports,
        List<TypeDefinition> types,
        String docs,
        Stability stability) {
    /** What crosses the border of a world. */
    public sealed interface Item {
        /** The name at the border: the interface's own, or the one a world gives to an inline interface. */
        String name();

        /**
         * @param docs of the import or export; those of the interface are its own
         * @param stability what the gates of the import or export say
         * @param externalId what the world outside calls it, as {@code @external-id} says: any text
         */
        record Interface(
                String name, WitInterface definition, String docs, Stability stability, Optional<String> externalId)
                implements Item {
            /** Of an import that nothing is said of. */
            public Interface(String name, WitInterface definition) {
                this(name, definition, "", Stability.UNSAID, Optional.empty());
            }

            /** Whether the world declares it itself: it belongs to no package then. */
            public boolean isInline() {
                return definition.name().indexOf('/') < 0;
            }
        }

        record Function(String name, WitFunction definition) implements Item {}
    }
}
