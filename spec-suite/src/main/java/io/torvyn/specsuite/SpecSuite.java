package io.torvyn.specsuite;

import io.torvyn.component.spi.CoreEngine;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;

/**
 * Runs all scripts below a folder: {@code scripts/spec-suite FOLDER}.
 *
 * <p>Prints a line for each script and each command that failed, and at the end {@code N passed, N failed, N skipped}.
 * Exits with 0 when nothing failed.
 */
public final class SpecSuite {
    private static final int OK = 0;
    private static final int FAILED = 1;
    private static final int USAGE = 2;

    private static final long COMMAND_SECONDS = 120;
    private static final long STACK_BYTES = 16L << 20;

    private final CoreEngine engine;
    private final SkipList skips;
    private final boolean validating;
    private final PrintStream out;
    private int passed;
    private int failed;
    private int skipped;

    SpecSuite(CoreEngine engine, SkipList skips, boolean validating, PrintStream out) {
        this.engine = engine;
        this.skips = skips;
        this.validating = validating;
        this.out = out;
    }

    /** See the class. */
    public static void main(String[] arguments) throws IOException {
        var out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        List<String> rest = new ArrayList<>(Arrays.asList(arguments));
        boolean validating = !rest.remove("--no-validation");
        if (rest.size() != 1 || !Files.isDirectory(Path.of(rest.getFirst()))) {
            System.err.println("""
                    usage: scripts/spec-suite [--no-validation] FOLDER

                      FOLDER           searched in depth for the output of `wasm-tools json-from-wast`
                      --no-validation  takes invalid components for granted: assert_invalid and assert_malformed fail""");
            System.exit(USAGE);
        }
        CoreEngine engine = ServiceLoader.load(CoreEngine.class)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no core engine is on the module path"));
        var suite = new SpecSuite(engine, SkipList.load(), validating, out);
        suite.runAll(Path.of(rest.getFirst()));
        out.println(suite.summary());
        System.exit(suite.failed == 0 ? OK : FAILED);
    }

    /** Runs all scripts below the folder, in order of their names. */
    void runAll(Path folder) throws IOException {
        List<Path> files;
        try (Stream<Path> found = Files.walk(folder)) {
            files = found.filter(file -> file.toString().endsWith(".json") && Files.isRegularFile(file))
                    .sorted()
                    .toList();
        }
        for (Path file : files) {
            String name =
                    folder.relativize(file).toString().replace('\\', '/').replaceFirst("(\\.wast)?\\.json$", ".wast");
            try {
                Script script = Script.read(file, name);
                if (script != null) {
                    run(script);
                }
            } catch (JacksonException e) {
                failed++;
                out.println(name + ": 0 passed, 1 failed, 0 skipped");
                out.println("  it is no JSON that can be read: " + e.getOriginalMessage());
            }
        }
    }

    String summary() {
        return passed + " passed, " + failed + " failed, " + skipped + " skipped";
    }

    private void run(Script script) {
        int passedBefore = passed;
        int failedBefore = failed;
        int skippedBefore = skipped;
        List<String> details = new ArrayList<>();
        for (Judged judged : outcomes(script)) {
            String place = "  " + script.name() + ":" + judged.command().line() + ": "
                    + judged.command().type() + ": ";
            switch (judged.outcome()) {
                case Outcome.Passed _ -> passed++;
                case Outcome.Failed(var why) -> {
                    failed++;
                    details.add(place + why.replace("\n", " "));
                }
                case Outcome.Skipped _ -> skipped++;
            }
        }
        out.println(script.name() + ": " + (passed - passedBefore) + " passed, " + (failed - failedBefore) + " failed, "
                + (skipped - skippedBefore) + " skipped");
        details.forEach(out::println);
    }

    private record Judged(Command command, Outcome outcome) {}

    /** A command that does not come to an end is a failure; what comes after it in its script is not run. */
    private List<Judged> outcomes(Script script) {
        List<Judged> outcomes = new ArrayList<>();
        ExecutorService thread = Executors.newSingleThreadExecutor(task -> {
            var t = new Thread(null, task, script.name(), STACK_BYTES);
            t.setDaemon(true);
            return t;
        });
        try (var run = new ScriptRun(engine, validating)) {
            boolean stuck = false;
            for (Command command : script.commands()) {
                String reason = skips.reason(script.name(), command.line());
                if (reason != null) {
                    outcomes.add(new Judged(command, new Outcome.Skipped(reason)));
                } else if (stuck) {
                    outcomes.add(new Judged(command, new Outcome.Failed("a command before it did not come to an end")));
                } else {
                    Outcome outcome = withinTime(thread.submit(() -> run.run(command)));
                    stuck = outcome.equals(STUCK);
                    outcomes.add(new Judged(command, outcome));
                }
            }
        } finally {
            thread.shutdownNow();
        }
        return outcomes;
    }

    private static final Outcome STUCK =
            new Outcome.Failed("it did not come to an end within " + COMMAND_SECONDS + " seconds");

    private static Outcome withinTime(Future<Outcome> running) {
        try {
            return running.get(COMMAND_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            running.cancel(true);
            return STUCK;
        } catch (ExecutionException e) {
            return new Outcome.Failed(String.valueOf(e.getCause()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return STUCK;
        }
    }
}
