package io.torvyn.projects;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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
    NODE(
            "Node.js",
            List.of("node", "nodejs"),
            "Install Node.js 20 or later with npm, from https://nodejs.org (Debian, Ubuntu: apt-get install nodejs npm).",
            List.of()),
    NPM("npm", List.of("npm"), "It comes with Node.js (Debian, Ubuntu: apt-get install npm).", List.of()),
    COMPONENTIZE_PY(
            "componentize-py",
            List.of("componentize-py"),
            "Install it with `pip install componentize-py==%1$s`, or into the project: `python3 -m venv .venv && .venv/bin/pip install componentize-py==%1$s`."
                    .formatted(PinnedVersions.COMPONENTIZE_PY),
            List.of("pip", "install", "componentize-py==" + PinnedVersions.COMPONENTIZE_PY)),
    /** Not a program, but its library and headers. */
    WASI_LIBC(
            "wasi-libc",
            List.of(),
            "Install it with clang's builtins for it (Debian, Ubuntu: apt-get install wasi-libc libclang-rt-dev-wasm32), or"
                    + " let WASI_SDK_PATH name a wasi-sdk.",
            List.of());

    private static final Pattern VERSION = Pattern.compile("(\\d{1,8})(?:\\.(\\d{1,8}))?");

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

    /** The oldest version that does; empty of a tool that may be of any. */
    public String oldest() {
        return switch (this) {
            case CARGO, RUSTC -> "1.85";
            case NODE -> "20";
            case NPM, WASM_TOOLS, WIT_BINDGEN, CLANG, COMPONENTIZE_PY, WASI_LIBC -> "";
        };
    }

    /**
     * Whether it is older than the oldest that does; not when nobody can tell.
     *
     * @param said what it says of its version
     */
    public boolean isTooOld(String said) {
        Matcher version = VERSION.matcher(said);
        Matcher wanted = VERSION.matcher(oldest());
        if (!version.find() || !wanted.find()) {
            return false;
        }
        int major = Integer.compare(Integer.parseInt(version.group(1)), Integer.parseInt(wanted.group(1)));
        return major != 0 ? major < 0 : minor(version) < minor(wanted);
    }

    private static int minor(Matcher version) {
        return version.group(2) == null ? 0 : Integer.parseInt(version.group(2));
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
