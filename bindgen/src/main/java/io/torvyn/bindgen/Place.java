package io.torvyn.bindgen;

/**
 * Where a value lies in guest memory: an expression for an address, and how far from it.
 *
 * @param base an expression
 * @param offset in bytes
 * @param constant the name of the constant that holds {@code offset}; empty when there is none
 * @param prefix what the names of constants for parts of the value begin with
 * @param named whether parts have constants
 */
record Place(String base, int offset, String constant, String prefix, boolean named) {
    /** Where a layout's constants start. */
    static Place named(String base) {
        return new Place(base, 0, "", "", true);
    }

    static Place unnamed(String base) {
        return new Place(base, 0, "", "", false);
    }

    String address() {
        if (offset == 0) {
            return base;
        }
        return base + " + " + (constant.isEmpty() ? String.valueOf(offset) : constant);
    }

    /** A field or element: its constant begins those of its parts. */
    Place field(String name, int distance) {
        return part(name, name, distance);
    }

    /** A word of the value's own: address, length or discriminant. */
    Place word(String name, int distance) {
        return part(name, name, distance);
    }

    /** What a case carries; all cases share the constant, each begins the names of its own parts. */
    Place payload(String caseName, int distance) {
        return part("PAYLOAD", caseName, distance);
    }

    /** A case of a named variant. */
    static Place ofCase(String base, String caseName, int distance) {
        return new Place(base, distance, "PAYLOAD", caseName, true);
    }

    private Place part(String name, String partPrefix, int distance) {
        if (!named) {
            return new Place(base, offset + distance, "", "", false);
        }
        return new Place(base, offset + distance, join(prefix, name), join(prefix, partPrefix), true);
    }

    private static String join(String prefix, String name) {
        return prefix.isEmpty() || prefix.endsWith("_") ? prefix + name : prefix + "_" + name;
    }
}
