package io.torvyn.projects;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A language that components are written in, by what {@code [[component]]} calls it. */
@SuppressWarnings("ImmutableEnumChecker") // every list is one of List.of
public enum Language {
    RUST(
            "Rust",
            ".rs",
            "src/lib.rs",
            "Cargo.toml",
            List.of(
                    new Accompanying("Cargo.toml", "Cargo.toml", Accompanying.Of.COMPONENT),
                    new Accompanying("Cargo.toml", "workspace.toml", Accompanying.Of.PIPELINE)),
            List.of(),
            List.of(Tool.CARGO, Tool.RUSTC)),
    C(
            "C",
            ".c",
            "src/component.c",
            "src",
            List.of(),
            List.of(),
            List.of(Tool.CLANG, Tool.WASI_LIBC, Tool.WIT_BINDGEN, Tool.WASM_TOOLS, Tool.CARGO)),
    JAVASCRIPT(
            "JavaScript",
            ".js",
            "src/component.js",
            "src/component.js",
            List.of(new Accompanying("package.json", "package.json", Accompanying.Of.PROJECT)),
            List.of(),
            List.of(Tool.NODE, Tool.NPM)),
    PYTHON(
            "Python",
            ".py",
            "src/app.py",
            "src/app.py",
            List.of(new Accompanying("requirements.txt", "requirements.txt", Accompanying.Of.PROJECT)),
            List.of("random:crypto"),
            List.of(Tool.COMPONENTIZE_PY));

    /**
     * A file that is no source.
     *
     * @param place where it comes to, below the folder of what it belongs to
     * @param template its name among the templates of the language
     */
    record Accompanying(String place, String template, Of of) {
        /** What there is one of it for. */
        enum Of {
            /** Every component. */
            COMPONENT,
            /** Every project of several components. */
            PIPELINE,
            /** Every project. */
            PROJECT
        }
    }

    private final String title;
    private final String suffix;
    private final String source;
    private final String mark;
    private final List<Accompanying> beside;
    private final List<String> capabilities;
    private final List<Tool> tools;

    /**
     * @param suffix of its sources among the templates
     * @param source where a component has its source
     * @param mark what its tools cannot do without, below a component's folder
     * @param beside what else is needed
     * @param capabilities what its runtime asks for before any component does
     * @param tools what builds it
     */
    Language(
            String title,
            String suffix,
            String source,
            String mark,
            List<Accompanying> beside,
            List<String> capabilities,
            List<Tool> tools) {
        this.title = title;
        this.suffix = suffix;
        this.source = source;
        this.mark = mark;
        this.beside = beside;
        this.capabilities = capabilities;
        this.tools = tools;
    }

    /** As people write it. */
    public String title() {
        return title;
    }

    /** As a manifest writes it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** @param label as in {@link #label} */
    public static Optional<Language> of(String label) {
        return Arrays.stream(values())
                .filter(language -> language.label().equals(label))
                .findFirst();
    }

    /** What builds it. */
    public List<Tool> tools() {
        return tools;
    }

    /** Whether a folder has what the language's tools build. */
    boolean isAtHome(Path folder) {
        return Files.exists(folder.resolve(mark));
    }

    /** Where a component has its source, below its folder. */
    String source() {
        return source;
    }

    String template(Starter starter) {
        return label() + "/" + starter.file() + suffix;
    }

    /** What there is besides sources. */
    List<Accompanying> beside(Accompanying.Of of) {
        return beside.stream().filter(file -> file.of() == of).toList();
    }

    /** What its runtime asks for before any component does; without it, none starts. */
    List<String> capabilities() {
        return capabilities;
    }
}
