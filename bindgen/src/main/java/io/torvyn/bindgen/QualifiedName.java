package io.torvyn.bindgen;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The parts of a qualified WIT name.
 *
 * @param version with its {@code @}; empty when there is none
 */
record InterfaceName(String namespace, String pkg, String item, String version) {
    private static final Pattern SHAPE = Pattern.compile("([^:/@]+):([^:/@]+)/([^:/@]+)(@.+)?");

    static InterfaceName parse(String qualified) {
        Matcher matcher = SHAPE.matcher(qualified);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("not the qualified name of an interface: " + qualified);
        }
        String version = matcher.group(4);
        return new InterfaceName(matcher.group(1), matcher.group(2), matcher.group(3), version == null ? "" : version);
    }

    /** {@code torvyn:streaming@0.1.0}. */
    String packageName() {
        return namespace + ":" + pkg + version;
    }
}
