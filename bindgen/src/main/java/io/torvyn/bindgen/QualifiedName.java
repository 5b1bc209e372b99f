package io.torvyn.bindgen;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The parts of the qualified name of a WIT interface or world.
 *
 * @param version with its {@code @}; empty when there is none
 */
record QualifiedName(String namespace, String pkg, String item, String version) {
    private static final Pattern SHAPE = Pattern.compile("([^:/@]+):([^:/@]+)/([^:/@]+)(@.+)?");

    static QualifiedName parse(String qualified) {
        Matcher matcher = SHAPE.matcher(qualified);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("not the qualified name of an interface or world: " + qualified);
        }
        String version = matcher.group(4);
        return new QualifiedName(matcher.group(1), matcher.group(2), matcher.group(3), version == null ? "" : version);
    }

    /** {@code torvyn:streaming@0.1.0}. */
    String packageName() {
        return namespace + ":" + pkg + version;
    }

    /** What a Java class for it may be called, the shortest first, the last one with all that the name has. */
    List<String> javaNames() {
        String simple = JavaNames.type(item);
        String inPackage = JavaNames.type(pkg) + simple;
        String inNamespace = JavaNames.type(namespace) + inPackage;
        // StreamsV0_2_6
        String suffix = version.isEmpty() ? "" : "V" + version.substring(1).replaceAll("[^0-9A-Za-z]", "_");
        return List.of(simple, inPackage, simple + suffix, inPackage + suffix, inNamespace, inNamespace + suffix);
    }
}
