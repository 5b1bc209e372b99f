package io.torvyn.projects;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Makes components of core modules. One that calls WASI in its first form gets the adapter to WASI 0.2, which cargo fetches
 * by name the first time and which stays in the user's cache.
 */
final class Preview1Adapter {
    private static final String CRATE = "wasi-preview1-component-adapter-provider";
    private static final String VERSION = "48.0.1";
    private static final byte[] PREVIEW1 = "wasi_snapshot_preview1".getBytes(StandardCharsets.US_ASCII);
    private static final int CORE_MODULE = 1;

    private Preview1Adapter() {}

    /** The component that {@code wasm} is, or is made into. */
    static Path component(Path wasm, Toolchain.Order order, ToolRun run) throws IOException, InterruptedException {
        byte[] bytes = Files.readAllBytes(wasm);
        if (bytes.length < 8 || bytes[4] != CORE_MODULE || bytes[6] != 0) {
            return wasm;
        }
        String wasmTools = run.need(Tool.WASM_TOOLS);
        Path component = order.scratch().resolve("component.wasm");
        if (contains(bytes, PREVIEW1)) {
            run.run(List.of(
                    wasmTools,
                    "component",
                    "new",
                    wasm.toString(),
                    "--adapt",
                    "wasi_snapshot_preview1=" + adapter(order.cache(), run),
                    "-o",
                    component.toString()));
        } else {
            run.run(List.of(wasmTools, "component", "new", wasm.toString(), "-o", component.toString()));
        }
        return component;
    }

    private static boolean contains(byte[] bytes, byte[] wanted) {
        for (int i = 0; i + wanted.length <= bytes.length; i++) {
            int matched = 0;
            while (matched < wanted.length && bytes[i + matched] == wanted[matched]) {
                matched++;
            }
            if (matched == wanted.length) {
                return true;
            }
        }
        return false;
    }

    private static Path adapter(Path cache, ToolRun run) throws IOException, InterruptedException {
        Path adapter = cache.resolve("wasi_snapshot_preview1.reactor-" + VERSION + ".wasm");
        if (Files.exists(adapter)) {
            return adapter;
        }
        Folders.makePrivate(cache);
        Path crate = Files.createTempDirectory(cache, "adapter-");
        try {
            Files.writeString(crate.resolve("Cargo.toml"), """
                    [package]
                    name = "adapter"
                    version = "0.1.0"
                    edition = "2024"

                    [lib]
                    path = "none.rs"

                    [dependencies]
                    %s = "=%s"

                    [workspace]
                    """.formatted(CRATE, VERSION));
            List<String> answer = run.answer(List.of(
                    run.need(Tool.CARGO),
                    "metadata",
                    "--format-version",
                    "1",
                    "--manifest-path",
                    crate.resolve("Cargo.toml").toString()));
            for (JsonNode fetched :
                    JsonMapper.shared().readTree(String.join("\n", answer)).path("packages")) {
                if (fetched.path("name").asString("").equals(CRATE)) {
                    Path found = Path.of(fetched.path("manifest_path").asString(""))
                            .resolveSibling("artefacts")
                            .resolve("wasi_snapshot_preview1.reactor.wasm");
                    Path draft = Files.copy(found, crate.resolve("adapter.wasm"));
                    return Files.move(draft, adapter, StandardCopyOption.ATOMIC_MOVE);
                }
            }
        } finally {
            Folders.delete(crate);
        }
        throw run.failed("cargo fetched no " + CRATE + " " + VERSION, "");
    }
}
