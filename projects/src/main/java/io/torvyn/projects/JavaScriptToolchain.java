package io.torvyn.projects;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * componentize-js, a development dependency of the nearest {@code package.json}, which npm installs when it is not there.
 * Of what it can bring along, a component gets what it declares, and a console.
 */
final class JavaScriptToolchain implements Toolchain {
    private static final Path COMPILER =
            Path.of("node_modules", "@bytecodealliance", "componentize-js", "src", "cli.js");

    /** Two that install into the same folder destroy each other's work. */
    private static final ReentrantLock INSTALLING = new ReentrantLock();

    /** What each feature needs to be of use: without it the feature is left out, and nothing of WASI is imported for it. */
    private static final Map<String, List<String>> FEATURES = Map.of(
            "clocks", List.of("wasi-clocks", "clock:"),
            "http", List.of("wasi-network", "wasi-http", "network:", "http:"),
            "random", List.of("wasi-random", "random:"));

    @Override
    public Path build(Order order, ToolRun run) throws IOException, InterruptedException {
        String node = run.need(Tool.NODE);
        run.needFile(Language.JAVASCRIPT.source());
        Path folder = order.upwards(run.directory(), Path.of("package.json"))
                .orElseThrow(() -> run.failed(
                        "the component `%s` was not built: there is no package.json in %s, or above it"
                                .formatted(order.component().name(), run.directory()),
                        "Make one with the development dependency @bytecodealliance/componentize-js, or say what builds"
                                + " the component: `build_command`."));
        install(order, folder, run);
        Path compiler = order.upwards(run.directory(), COMPILER)
                .map(found -> found.resolve(COMPILER))
                .orElseThrow(() -> run.failed(
                        "the component `%s` was not built: %s does not ask for @bytecodealliance/componentize-js"
                                .formatted(order.component().name(), folder.resolve("package.json")),
                        "Add it with `npm install --save-dev @bytecodealliance/componentize-js@%s`."
                                .formatted(PinnedVersions.COMPONENTIZE_JS)));
        // The compiler says that there is an error, and not where.
        run.run(List.of(node, "--check", Language.JAVASCRIPT.source()), JavaScriptToolchain::business);
        Path component = order.scratch().resolve("component.wasm");
        List<String> command = new ArrayList<>(List.of(
                node,
                compiler.toString(),
                Language.JAVASCRIPT.source(),
                "--wit",
                "wit",
                "--out",
                component.toString()));
        List<String> without = FEATURES.keySet().stream()
                .filter(feature -> !order.declares(FEATURES.getOrDefault(feature, List.of())))
                .sorted()
                .toList();
        command.add("--disable");
        command.addAll(without);
        command.add("fetch-event"); // nobody sends requests to a stage
        command.addAll(order.settings().extraArguments());
        run.run(command, JavaScriptToolchain::business);
        return component;
    }

    /** What is said about the component, without where in the compiler, or in Node.js, that was noticed. */
    static List<String> business(List<String> said) {
        List<String> kept = new ArrayList<>();
        boolean thrown = false;
        for (String line : said) {
            if (line.startsWith("file://") && line.contains("/node_modules/")) {
                thrown = true; // the line that throws, and a mark below it
            } else if (thrown) {
                thrown = !line.isBlank();
            } else if (!line.startsWith("    at ") && !line.startsWith("Node.js v")) {
                kept.add(line);
            }
        }
        return kept.stream().allMatch(String::isBlank) ? said : kept;
    }

    private static void install(Order order, Path folder, ToolRun run) throws IOException, InterruptedException {
        INSTALLING.lockInterruptibly();
        try {
            Path wanted = folder.resolve("package.json");
            Path installed = folder.resolve("node_modules").resolve(".package-lock.json");
            boolean current = Files.exists(installed)
                    && Files.getLastModifiedTime(installed).compareTo(Files.getLastModifiedTime(wanted)) >= 0;
            Optional<Path> elsewhere = order.upwards(run.directory(), COMPILER).filter(at -> !at.equals(folder));
            if (!current && elsewhere.isEmpty()) {
                run.run(List.of(
                        run.need(Tool.NPM), "install", "--no-audit", "--no-fund", "--prefix", folder.toString()));
            }
        } finally {
            INSTALLING.unlock();
        }
    }
}
