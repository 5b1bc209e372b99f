package io.torvyn.pipeline;

import io.torvyn.reactor.spi.NativeStageProvider;
import java.io.IOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;

/** Knows {@link Watched} as if it came in a jar of its own, outside our modules. */
final class OtherPeoplesStages extends ClassLoader {
    private final Path services;

    private OtherPeoplesStages(Path directory) throws IOException {
        super(OtherPeoplesStages.class.getClassLoader());
        services = Files.writeString(directory.resolve("services"), Watched.class.getName());
    }

    static NativeStages installed(Path directory) throws IOException {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(new OtherPeoplesStages(directory));
        try {
            return NativeStages.installed();
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!name.startsWith(Watched.class.getName())) {
            return super.loadClass(name, resolve);
        }
        Class<?> known = findLoadedClass(name);
        if (known != null) {
            return known;
        }
        try (var in = Watched.class.getResourceAsStream(name.substring(name.lastIndexOf('.') + 1) + ".class")) {
            byte[] bytes = in.readAllBytes();
            return defineClass(name, bytes, 0, bytes.length);
        } catch (IOException e) {
            throw new ClassNotFoundException(name, e);
        }
    }

    @Override
    protected Enumeration<URL> findResources(String name) throws IOException {
        return name.equals("META-INF/services/" + NativeStageProvider.class.getName())
                ? Collections.enumeration(List.of(services.toUri().toURL()))
                : super.findResources(name);
    }
}
