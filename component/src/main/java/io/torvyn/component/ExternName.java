package io.torvyn.component;

import io.torvyn.component.binary.AttributedName;
import io.torvyn.component.binary.BinaryException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The name of an import or export: Explainer.md, "Import and Export Definitions", {@code externname}. */
sealed interface ExternName {
    /** The name itself. */
    String text();

    record Label(String text) implements ExternName {}

    record Interface(String text) implements ExternName {}

    /** Annotated names belong to functions only. */
    sealed interface Annotated extends ExternName {
        /** The label of the resource that it belongs to. */
        String resource();
    }

    record Constructor(String text, String resource) implements Annotated {}

    record Method(String text, String resource, String member) implements Annotated {}

    record Static(String text, String resource, String member) implements Annotated {}

    String WORD = "(?:[a-z][0-9a-z]*|[A-Z][0-9A-Z]*)";
    String LABEL_PATTERN = WORD + "(?:-(?:[0-9a-z]+|[0-9A-Z]+)(?![0-9a-zA-Z]))*+";
    String PACKAGE_PATTERN = "[a-z][0-9a-z]*(?:-[0-9a-z]+)*+";
    Pattern LABEL = Pattern.compile(LABEL_PATTERN);
    Pattern MEMBER = Pattern.compile("(" + LABEL_PATTERN + ")\\.(" + LABEL_PATTERN + ")");
    Pattern INTERFACE =
            Pattern.compile(PACKAGE_PATTERN + ":" + PACKAGE_PATTERN + "/" + LABEL_PATTERN + "(?:@(?<version>.+))?");
    /** With a namespace or interface too many: a gated feature. */
    Pattern NESTED = Pattern.compile("(?:(?:" + PACKAGE_PATTERN + ":){2,}+" + PACKAGE_PATTERN + "(?:/" + LABEL_PATTERN
            + ")++|" + PACKAGE_PATTERN + ":" + PACKAGE_PATTERN + "(?:/" + LABEL_PATTERN
            + "){2,}+)(?:@[0-9a-zA-Z.+-]++)?");
    /** What names of imports could begin with in earlier drafts. */
    Pattern DEPENDENCY = Pattern.compile("(?:unlocked-dep|locked-dep|url|integrity)=<");

    Pattern SEMANTIC_VERSION = Pattern.compile("(?:0|[1-9][0-9]*)\\.(?:0|[1-9][0-9]*)\\.(?:0|[1-9][0-9]*)"
            + "(?:-(?:0|[1-9][0-9]*|[0-9]*[a-zA-Z-][0-9a-zA-Z-]*)(?:\\.(?:0|[1-9][0-9]*|[0-9]*[a-zA-Z-][0-9a-zA-Z-]*))*)?"
            + "(?:\\+[0-9a-zA-Z-]+(?:\\.[0-9a-zA-Z-]+)*)?");
    /** {@code canonversion}: what all compatible versions have in common. */
    Pattern CANONICAL_VERSION = Pattern.compile("[1-9][0-9]*|0\\.[1-9][0-9]*|0\\.0\\.[1-9][0-9]*|0\\.0\\.0");

    /** Longer ones are refused, so that no expression of this file recurses deeply. */
    int MAX_LENGTH = 2_000;

    /**
     * @param offset of the definition that has the name
     * @throws BinaryException when it is none
     */
    static ExternName parse(int offset, String name) {
        if (name.length() > MAX_LENGTH) {
            throw new BinaryException(
                    offset,
                    "the name of an import or export has " + name.length() + " characters; at most " + MAX_LENGTH
                            + " are allowed");
        }
        if (name.startsWith("[")) {
            int end = name.indexOf(']') + 1;
            String rest = name.substring(end);
            switch (name.substring(0, end)) {
                case "[constructor]" -> {
                    if (LABEL.matcher(rest).matches()) {
                        return new Constructor(name, rest);
                    }
                }
                case "[method]" -> {
                    Matcher m = MEMBER.matcher(rest);
                    if (m.matches()) {
                        return new Method(name, m.group(1), m.group(2));
                    }
                }
                case "[static]" -> {
                    Matcher m = MEMBER.matcher(rest);
                    if (m.matches()) {
                        return new Static(name, m.group(1), m.group(2));
                    }
                }
                default -> {}
            }
        } else if (LABEL.matcher(name).matches()) {
            return new Label(name);
        } else {
            Matcher m = INTERFACE.matcher(name);
            if (m.matches()
                    && (m.group("version") == null
                            || SEMANTIC_VERSION.matcher(m.group("version")).matches()
                            || CANONICAL_VERSION.matcher(m.group("version")).matches())) {
                return new Interface(name);
            }
        }
        if (NESTED.matcher(name).matches()) {
            throw new BinaryException(
                    offset,
                    "the component uses the nested name \"" + name
                            + "\", which this runtime does not support; a name has"
                            + " one namespace and one interface, such as wasi:io/streams@0.2.0");
        }
        if (DEPENDENCY.matcher(name).lookingAt()) {
            throw new BinaryException(
                    offset,
                    "the component uses the dependency name \"" + name
                            + "\", which this runtime does not support; resolve"
                            + " dependencies before the component is loaded");
        }
        throw new BinaryException(
                offset,
                "\"" + name + "\" is no valid name of an import or export;"
                        + " expected is a kebab-case name or an interface name such as wasi:io/streams@0.2.0");
    }

    /** Two names are strongly unique when these differ: Explainer.md, "Name Uniqueness". */
    default String uniqueKey() {
        String key =
                switch (this) {
                    case Label(var text) -> text;
                    case Interface(var text) -> text;
                    case Constructor(var text, var _) -> text;
                    case Method(var _, var resource, var member) -> memberKey(resource, member);
                    case Static(var _, var resource, var member) -> memberKey(resource, member);
                };
        return key.toLowerCase(Locale.ROOT);
    }

    /** Binary.md, "Import and Export Definitions", on attributes. */
    default void checkAttributes(int offset, AttributedName attributed, ExternType type) {
        attributed.implemented().ifPresent(implemented -> {
            String what = "the name \"" + text() + "\" that implements \"" + implemented + "\"";
            if (!(this instanceof Label)) {
                throw new BinaryException(offset, what + " has to be a plain one");
            }
            if (!(type instanceof ExternType.Instance)) {
                throw new BinaryException(offset, what + " has to stand for an instance, not for a " + type.sort());
            }
            if (!(parse(offset, implemented) instanceof Interface)) {
                throw new BinaryException(
                        offset, "\"" + implemented + "\", which \"" + text() + "\" implements, is no interface name");
            }
        });
        attributed.versionSuffix().ifPresent(suffix -> {
            String version = this instanceof Interface ? text().substring(text().indexOf('@') + 1) : "";
            if (suffix.length() > MAX_LENGTH
                    || !CANONICAL_VERSION.matcher(version).matches()
                    || !SEMANTIC_VERSION.matcher(version + suffix).matches()) {
                throw new BinaryException(
                        offset,
                        "the version suffix \"" + (suffix.length() > 100 ? suffix.substring(0, 100) + "…" : suffix)
                                + "\" does not complete the version in \"" + text() + "\"");
            }
        });
    }

    private static String memberKey(String resource, String member) {
        return resource.equals(member) ? resource : resource + "." + member;
    }

    static void checkLabel(int offset, String label) {
        if (label.length() > MAX_LENGTH || !LABEL.matcher(label).matches()) {
            throw new BinaryException(
                    offset,
                    "\"" + (label.length() > 100 ? label.substring(0, 100) + "…" : label)
                            + "\" is no label in kebab-case");
        }
    }
}
