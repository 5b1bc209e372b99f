package io.torvyn.wasi;

import io.torvyn.component.Component;
import io.torvyn.component.EngineException;
import io.torvyn.component.EngineFailure;
import io.torvyn.component.Imports;
import io.torvyn.component.Instance;
import io.torvyn.component.InstanceOptions;
import io.torvyn.component.Value;
import io.torvyn.component.spi.CoreEngine;
import io.torvyn.component.spi.CoreLimits;
import io.torvyn.engine.endive.EndiveEngine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.Assertions;

/** Components in src/test/fixtures, as text and as the binaries that build.sh makes of it, on the real engine. */
final class Fixtures {
    static final CoreEngine ENGINE = new EndiveEngine();
    static final CoreLimits LIMITS = new CoreLimits(1 << 22, 1000);

    private Fixtures() {}

    static Component component(String name) {
        try {
            byte[] wasm = Files.readAllBytes(Path.of("src/test/fixtures", name + ".wasm"));
            return Component.load(wasm, name, ENGINE, CoreEngine.Strategy.OPTIMIZED);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Instance instance(String name, WasiGrants grants, DenialListener listener) {
        Component component = component(name);
        var imports = new Imports();
        Wasi.addTo(imports, component, grants, listener);
        return component.instantiate(imports, new InstanceOptions(name, LIMITS));
    }

    /** What an exported function answers, as a number. */
    static long call(Instance instance, String function, Value... arguments) {
        Value answer = instance.exportedFunction(function)
                .orElseThrow()
                .call(List.of(arguments))
                .orElseThrow();
        return switch (answer) {
            case Value.U32(long value) -> value;
            case Value.U64(long value) -> value;
            case Value other -> throw new AssertionError("not a number: " + other);
        };
    }

    /** Why a call trapped; the instance is finished then. */
    static String trap(Instance instance, String function, Value... arguments) {
        EngineException thrown =
                Assertions.catchThrowableOfType(EngineException.class, () -> call(instance, function, arguments));
        Assertions.assertThat(thrown).isNotNull();
        Assertions.assertThat(thrown.failure()).isInstanceOf(EngineFailure.Trap.class);
        Assertions.assertThat(instance.isFinished()).isTrue();
        return thrown.failure().message();
    }
}
