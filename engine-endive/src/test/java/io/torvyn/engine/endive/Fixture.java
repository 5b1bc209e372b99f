package io.torvyn.engine.endive;

import io.torvyn.component.spi.CoreEngine.Strategy;
import io.torvyn.component.spi.CoreExtern;
import io.torvyn.component.spi.CoreFunction;
import io.torvyn.component.spi.CoreInstance;
import io.torvyn.component.spi.CoreLimits;
import io.torvyn.component.spi.CoreModule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/** Modules from src/test/fixtures, where their sources are. */
final class Fixture {
    static final EndiveEngine ENGINE = new EndiveEngine();
    static final CoreLimits LIMITS = new CoreLimits(16 << 20, 10_000);

    private Fixture() {}

    static byte[] bytes(String name) {
        try {
            return Files.readAllBytes(Path.of("src/test/fixtures", name + ".wasm"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static CoreModule module(String name, Strategy strategy) {
        return ENGINE.compile(bytes(name), strategy);
    }

    static CoreInstance instance(String name, Strategy strategy, CoreExtern... arguments) {
        return module(name, strategy).instantiate(List.of(arguments), LIMITS);
    }

    static CoreFunction function(CoreInstance instance, String name) {
        return (CoreFunction) Objects.requireNonNull(instance.export(name), name);
    }

    static <T extends CoreExtern> T export(CoreInstance instance, String name, Class<T> kind) {
        return kind.cast(Objects.requireNonNull(instance.export(name), name));
    }

    static Object call(CoreInstance instance, String name, Object... arguments) throws Throwable {
        return function(instance, name).handle().invokeWithArguments(arguments);
    }
}
