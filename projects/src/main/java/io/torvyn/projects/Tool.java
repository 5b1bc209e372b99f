package io.torvyn.projects;

import java.util.List;

/** A program of somebody else that a build needs. */
public enum Tool {
    CARGO("cargo", List.of("cargo"), "Install Rust: https://rustup.rs."),
    RUSTC("rustc", List.of("rustc"), "Install Rust: https://rustup.rs."),
    WASM_TOOLS("wasm-tools", List.of("wasm-tools"), "Install it with `cargo install --locked wasm-tools`.");

    private final String title;
    private final List<String> programs;
    private final String remedy;

    Tool(String title, List<String> programs, String remedy) {
        this.title = title;
        this.programs = programs;
        this.remedy = remedy;
    }

    public String title() {
        return title;
    }

    /** What the program may be called, the first choice first. */
    List<String> programs() {
        return programs;
    }

    /** How to get it, as a sentence. */
    public String remedy() {
        return remedy;
    }
}
