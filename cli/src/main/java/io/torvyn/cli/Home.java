package io.torvyn.cli;

import io.torvyn.config.Layers;
import io.torvyn.config.Manifest;
import io.torvyn.config.ManifestLoader;
import io.torvyn.engine.CompiledComponentCache;
import io.torvyn.host.TorvynHost;
import io.torvyn.types.TraceContext;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The user's own folder: {@code $TORVYN_HOME}, else {@code ~/.config/torvyn}. */
final class Home {
    static Path folder() {
        String home = System.getenv("TORVYN_HOME");
        return home == null || home.isEmpty()
                ? Path.of(System.getProperty("user.home"), ".config", "torvyn")
                : Path.of(home);
    }

    static Path cache() {
        return folder().resolve("cache");
    }

    /**
     * Reads manifests under the user's own file, the environment, and options.
     *
     * @param options each {@code <key>=<value>}
     */
    static ManifestLoader manifests(List<String> options) {
        return new ManifestLoader(Layers.of(folder(), System.getenv()).withOptions(options));
    }

    /**
     * A host for people at a command line: it keeps what it has compiled in the user's cache, takes part in the trace of
     * whoever calls it, and has something stand in for ends that a flow lacks.
     */
    static TorvynHost.Builder host(Manifest manifest) {
        TorvynHost.Builder host = TorvynHost.builder(manifest)
                .tryingOut()
                .cache(CompiledComponentCache.onDisk(cache(), manifest.runtime().cacheMaxSize()));
        Optional.ofNullable(System.getenv("TRACEPARENT"))
                .flatMap(TraceContext::parse)
                .ifPresent(host::trace);
        return host;
    }

    /** A file as somebody reads it who stands here. */
    static String shown(Path file) {
        Path here = Path.of("").toAbsolutePath();
        return file.startsWith(here) ? here.relativize(file).toString() : file.toString();
    }

    private Home() {}
}
