package io.torvyn.projects;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Clang with wasi-libc, and the glue that wit-bindgen makes of the component's world: every {@code .c} file under {@code
 * src/}, the world under {@code wit/}.
 */
final class CToolchain implements Toolchain {
    private static final int STACK = 64 << 10;

    @Override
    public Path build(Order order, ToolRun run) throws IOException, InterruptedException {
        String clang = run.need(Tool.CLANG);
        String witBindgen = run.need(Tool.WIT_BINDGEN);
        run.need(Tool.WASI_LIBC);
        run.need(Tool.WASM_TOOLS);
        List<Path> sources = files(run.directory().resolve("src"));
        if (sources.isEmpty()) {
            throw run.failed(
                    "the component `%s` was not built: there is no `.c` file in %s"
                            .formatted(order.component().name(), run.directory().resolve("src")),
                    "Correct its `path`, or say what builds it: `build_command`, and `language`.");
        }
        Path glue = order.scratch().resolve("glue");
        Folders.empty(glue);
        run.run(List.of(witBindgen, "c", "--out-dir", glue.toString(), "wit"));

        List<String> target = target(run);
        List<String> compile = new ArrayList<>(List.of(clang));
        compile.addAll(target);
        compile.addAll(order.settings().release() ? List.of("-Oz", "-g0") : List.of("-O0", "-g"));
        compile.addAll(List.of("-std=gnu17", "-I", glue.toString()));
        List<String> objects = new ArrayList<>();
        for (Path file : files(glue)) {
            objects.add(compile(compile, List.of("-w"), file, glue, run));
        }
        List<String> own = new ArrayList<>(List.of("-Wall", "-Wextra"));
        own.addAll(order.settings().extraArguments());
        Path folder = order.scratch().resolve("objects");
        Folders.empty(folder);
        for (Path file : sources) {
            objects.add(compile(compile, own, file, folder, run));
        }
        try (Stream<Path> types = Files.list(glue)) {
            types.map(Path::toString)
                    .filter(file -> file.endsWith("_component_type.o"))
                    .forEach(objects::add);
        }
        Path core = order.scratch().resolve("core.wasm");
        List<String> link = new ArrayList<>(List.of(clang));
        link.addAll(target);
        linker(clang, run).ifPresent(linker -> link.add("-fuse-ld=" + linker));
        link.addAll(List.of(
                "-mexec-model=reactor",
                "-Wl,--stack-first,-z,stack-size=" + STACK + (order.settings().release() ? ",--strip-debug" : "")));
        link.addAll(objects);
        link.addAll(List.of("-o", core.toString()));
        run.run(link);
        return core;
    }

    private static List<Path> files(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".c")).sorted().toList();
        }
    }

    private static String compile(List<String> compile, List<String> also, Path source, Path folder, ToolRun run)
            throws InterruptedException {
        String object = folder.resolve(source.getFileName() + ".o").toString();
        List<String> command = new ArrayList<>(compile);
        command.addAll(also);
        command.addAll(List.of("-c", source.toString(), "-o", object));
        run.run(command);
        return object;
    }

    /** A wasi-sdk knows its own library; otherwise it is where the system has it. */
    private static List<String> target(ToolRun run) {
        return run.tools()
                .variable("WASI_SDK_PATH")
                .map(sdk -> List.of("--target=wasm32-wasip1", "--sysroot=" + Path.of(sdk, "share", "wasi-sysroot")))
                .orElseGet(() -> List.of(
                        "--target=wasm32-wasi",
                        "--sysroot=" + run.tools().variable("WASI_SYSROOT").orElse("/usr")));
    }

    /** The linker of clang's own version: Debian has several, and no name that means all. */
    private static Optional<String> linker(String clang, ToolRun run) {
        String name = String.valueOf(Path.of(clang).getFileName());
        return name.startsWith("clang-")
                ? run.tools().find(name.replace("clang", "wasm-ld")).map(Path::toString)
                : Optional.empty();
    }
}
