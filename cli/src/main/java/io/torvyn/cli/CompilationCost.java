package io.torvyn.cli;

import io.torvyn.component.Component;
import io.torvyn.component.EngineException;
import io.torvyn.component.spi.CoreModule;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * What it takes to compile a component before its first call: found out by doing it.
 *
 * @param time in a process that has compiled nothing before
 * @param bytes of compiled code, as they would be kept in a cache
 * @param modules how each core module would be run, in order of appearance
 */
record CompilationCost(Duration time, long bytes, List<CoreModule.Execution> modules) {
    CompilationCost {
        modules = List.copyOf(modules);
    }

    /**
     * @throws EngineException E0800 when it cannot be compiled
     */
    static CompilationCost of(Path file) {
        long start = System.nanoTime();
        Component component = Component.load(file);
        Duration time = Duration.ofNanos(System.nanoTime() - start);
        return new CompilationCost(time, component.compiledCode().size(), component.execution());
    }
}
