package io.torvyn.projects;

/** The versions of tools that new projects ask for. They are those that the templates are built with before a release. */
final class PinnedVersions {
    static final String COMPONENTIZE_JS = "0.23.0";
    static final String COMPONENTIZE_PY = "0.25.1";

    private PinnedVersions() {}
}
