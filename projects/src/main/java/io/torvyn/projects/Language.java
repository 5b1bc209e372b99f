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
            List.of(new Accompanying("Cargo.toml", "Cargo.toml")),
            List.of(new Accompanying("Cargo.toml", "workspace.toml")),
            List.of(Tool.CARGO, Tool.RUSTC)),
    C(
            "C",
            ".c",
            "src/component.c",
            "src",
            List.of(),
            List.of(),
            List.of(Tool.CLANG, Tool.WASI_LIBC, Tool.WIT_BINDGEN, Tool.WASM_TOOLS, Tool.CARGO));

    /**
     * A file that is no source.
     *
     * @param place where it comes to
     * @param template its name among the templates of the language
     */
    record Accompanying(String place, String template) {}

    private final String title;
    private final String suffix;
    private final String source;
    private final String mark;
    private final List<Accompanying> beside;
    private final List<Accompanying> shared;
    private final List<Tool> tools;

    /**
     * @param suffix of its sources among the templates
     * @param source where a component has its source
     * @param mark what its tools cannot do without, below a component's folder
     * @param beside what else a component has: below its folder
     * @param shared what a project of several components has for all of them, below its own
     * @param tools what builds it
     */
    Language(
            String title,
            String suffix,
            String source,
            String mark,
            List<Accompanying> beside,
            List<Accompanying> shared,
            List<Tool> tools) {
        this.title = title;
        this.suffix = suffix;
        this.source = source;
        this.mark = mark;
        this.beside = beside;
        this.shared = shared;
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

    /** What a component has besides its source, below its folder. */
    List<Accompanying> beside() {
        return beside;
    }

    /** What several components share, below the project's folder. */
    List<Accompanying> shared() {
        return shared;
    }
}
