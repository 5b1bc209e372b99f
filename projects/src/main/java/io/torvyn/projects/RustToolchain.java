package io.torvyn.projects;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Cargo, which makes components of crates by itself when its target is {@code wasm32-wasip2}. */
final class RustToolchain implements Toolchain {
    @Override
    public Path build(Order order, ToolRun run) throws IOException, InterruptedException {
        Path crate = run.directory().resolve("Cargo.toml");
        String cargo = run.need(Tool.CARGO);
        if (!Files.exists(crate)) {
            throw run.failed(
                    "the component `%s` was not built: there is no %s"
                            .formatted(order.component().name(), crate),
                    "Correct its `path`, or say what builds it: `build_command`, and `language`.");
        }
        String target = order.settings().target();
        targetIsThere(target, order, run);
        List<String> command = new ArrayList<>(
                List.of(cargo, "build", "--message-format=json-render-diagnostics", "--target", target));
        if (order.settings().release()) {
            command.add("--release");
        }
        command.addAll(order.settings().extraArguments());
        Path wanted = crate.toRealPath();
        return run.answer(command).stream()
                .flatMap(line -> artifacts(line, wanted).stream())
                .reduce((_, last) -> last)
                .orElseThrow(() -> run.failed(
                        "the component `%s` was not built: cargo made no `.wasm` of %s"
                                .formatted(order.component().name(), crate),
                        "Make it a library for others: `[lib]` with `crate-type = [\"cdylib\"]`."));
    }

    private static void targetIsThere(String target, Order order, ToolRun run) throws InterruptedException {
        if (run.tools().find(Tool.RUSTC).isPresent() && !run.tools().hasRustTarget(target)) {
            throw Tools.missing(
                    "Rust has no target %s, which the component `%s` is built for"
                            .formatted(target, order.component().name()),
                    "Add it with `rustup target add %s`.".formatted(target));
        }
    }

    private static List<Path> artifacts(String line, Path crate) {
        JsonNode message;
        try {
            message = JsonMapper.shared().readTree(line);
        } catch (JacksonException _) {
            return List.of(); // what a build script prints
        }
        List<Path> files = new ArrayList<>();
        if (message.path("reason").asString("").equals("compiler-artifact")
                && Path.of(message.path("manifest_path").asString("")).equals(crate)) {
            for (JsonNode file : message.path("filenames")) {
                if (file.asString("").endsWith(".wasm")) {
                    files.add(Path.of(file.asString("")));
                }
            }
        }
        return files;
    }
}
