package io.torvyn.systemtests;

import static io.torvyn.systemtests.TorvynProcess.bash;
import static io.torvyn.systemtests.TorvynProcess.torvyn;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** {@code torvyn config}, and what {@code run} makes of the layers. */
class ConfigTest {
    @TempDir
    private Path folder;

    @Test
    void aKeyIsExplainedWithAllThatWasSaidOfIt() throws IOException {
        Path home = Files.createDirectories(folder.resolve("home"));
        Files.writeString(home.resolve("config.toml"), "[observability]\nlevel = \"off\"\n");

        assertThat(bash("TORVYN_HOME=%s TORVYN_OBSERVABILITY_LEVEL=diagnostic $torvyn config".formatted(home)
                                + " --manifest examples/hello-world/Torvyn.toml --explain observability.level")
                        .shortLived()
                        .run()
                        .exitsWith(0)
                        .text())
                .isEqualTo("""
                        observability.level = "diagnostic"
                          said by environment (TORVYN_OBSERVABILITY_LEVEL)
                          over "off", user (%s/config.toml:2:1)
                          over "production", default
                        """.formatted(home));
    }

    @Test
    void outsideOfAProjectWhatHoldsIsStillAManifest() throws IOException {
        String toml =
                torvyn("config").in(folder).shortLived().run().exitsWith(0).text();

        assertThat(toml).startsWith("[runtime]\n").contains("[observability]\nlevel = \"production\"\n");
        JsonNode values = torvyn("config", "--format", "json", "--explain", "runtime.pools")
                .in(folder)
                .shortLived()
                .run()
                .exitsWith(0)
                .json()
                .at("/data/values");
        assertThat(values.size()).isEqualTo(5);
        assertThat(values.at("/0/key").asString()).isEqualTo("runtime.pools.small_pool_size");
        assertThat(values.at("/0/value").asInt()).isEqualTo(4096);
        assertThat(values.at("/0/layer").asString()).isEqualTo("default");
    }

    @Test
    void anUnknownKeyIsRefusedWithTheNearest() {
        assertThat(torvyn("config", "--explain", "runtime.worker_thread")
                        .in(folder)
                        .shortLived()
                        .run()
                        .exitsWith(2)
                        .stderr())
                .isEqualTo("""
                        error[E0004]: no key or table is called `runtime.worker_thread`
                          help: Did you mean `runtime.worker_threads`?
                        """);
    }

    @Test
    void aRunObeysVariablesAndOptionsAndRefusesWrongOnes() {
        assertThat(bash("TORVYN_RUNTIME_STRATEGY=baselin $torvyn run examples/hello-world"
                                + " --config observability.level=loud")
                        .shortLived()
                        .run()
                        .exitsWith(2)
                        .stderr())
                .isEqualTo("""
                        error[E0703]: invalid value for `observability.level`
                          --> --config
                           | --config observability.level=loud
                           |                              ^^^^
                           = expected: one of off, production, diagnostic
                           = found: "loud"
                          help: write for example `--config observability.level=off`
                        error[E0703]: invalid value for `runtime.strategy`
                          --> TORVYN_RUNTIME_STRATEGY
                           | TORVYN_RUNTIME_STRATEGY=baselin
                           |                         ^^^^^^^
                           = expected: one of optimized, baseline, tiered
                           = found: "baselin"
                          help: did you mean `baseline`?
                        """);
        assertThat(torvyn("run", "examples/hello-world", "--config", "security.grants.sink.capabilities=[]")
                        .run()
                        .exitsWith(0)
                        .stdout())
                .isEmpty();
    }

    @Test
    void theLogSaysFromItsLevelOnWhatHappens() {
        assertThat(bash("TORVYN_LOG=deubg $torvyn run examples/hello-world")
                        .shortLived()
                        .run()
                        .exitsWith(2)
                        .stderr())
                .isEqualTo("""
                        error[E0004]: `deubg` is no level of the log
                          --> TORVYN_LOG
                           | TORVYN_LOG=deubg
                           |            ^^^^^
                          help: Did you mean `debug`?
                        """);
        assertThat(bash("TORVYN_LOG=error $torvyn run examples/hello-world --log-level debug")
                        .run()
                        .exitsWith(0)
                        .stderr())
                .contains("debug: flow main: node 'source' is hello-source, compiled")
                .contains("debug: flow main: 5 elements came in, 5 went out");
    }
}
