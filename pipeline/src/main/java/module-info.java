import io.torvyn.pipeline.FileStage;
import io.torvyn.pipeline.PrintingSink;
import io.torvyn.pipeline.StandardInput;
import io.torvyn.pipeline.StandardOutput;
import io.torvyn.pipeline.TestSource;
import io.torvyn.reactor.spi.NativeStageProvider;

/** A linked pipeline made live: components instantiated, native stages opened, everything joined. */
module io.torvyn.pipeline {
    requires transitive io.torvyn.types;
    requires transitive io.torvyn.config;
    requires transitive io.torvyn.engine;
    requires transitive io.torvyn.linker;
    requires transitive io.torvyn.reactor;
    requires transitive io.torvyn.resources;
    requires transitive io.torvyn.wasi;
    requires tools.jackson.databind;
    requires transitive static org.jspecify;

    exports io.torvyn.pipeline;

    uses NativeStageProvider;

    provides NativeStageProvider with
            StandardInput,
            StandardOutput,
            FileStage,
            TestSource,
            PrintingSink;
}
