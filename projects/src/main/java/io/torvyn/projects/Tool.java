package io.torvyn.projects;

import java.util.List;

/** A program of somebody else that a build needs, or what such a program needs. */
@SuppressWarnings("ImmutableEnumChecker") // every list is one of List.of
public enum Tool {
    CARGO("cargo", List.of("cargo"), "Install Rust: https://rustup.rs.", List.of()),
    RUSTC("rustc", List.of("rustc"), "Install Rust: https://rustup.rs.", List.of()),
    WASM_TOOLS(
            "wasm-tools",
            List.of("wasm-tools"),
            "Install it with `cargo install --locked wasm-tools`.",
            List.of("cargo", "install", "--locked", "wasm-tools")),
    WIT_BINDGEN(
            "wit-bindgen",
            List.of("wit-bindgen"),
            "Install it with `cargo install --locked wit-bindgen-cli`.",
            List.of("cargo", "install", "--locked", "wit-bindgen-cli")),
    CLANG(
            "clang",
            List.of("clang", "clang-21", "clang-20", "clang-19", "clang-18", "clang-17"),
            "Install clang and lld (Debian, Ubuntu: apt-get install clang lld), or let WASI_SDK_PATH name a wasi-sdk.",
            List.of()),
    /** Not a program, but its library and headers. */
    WASI_LIBC(
            "wasi-libc",
            List.of(),
            "Install it with clang's builtins for it (Debian, Ubuntu: apt-get install wasi-libc libclang-rt-dev-wasm32), or"
                    + " let WASI_SDK_PATH name a wasi-sdk.",
            List.of());

    private final String title;
    private final List<String> programs;
    private final String remedy;
    private final List<String> command;

    Tool(String title, List<String> programs, String remedy, List<String> command) {
        this.title = title;
        this.programs = programs;
        this.remedy = remedy;
        this.command = command;
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

    /** The same as a command; empty where that is for the machine's owner to say. */
    public List<String> command() {
        return command;
    }
}
