package io.torvyn.reactor.spi;

import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;

/**
 * What a native stage is told about its place.
 *
 * @param node its name in the flow, for messages
 * @param config its configuration, a JSON object; empty when there is none
 * @param directory what relative paths are relative to
 * @param standardInput of the process, or what stands for it; shared, not to be closed
 * @param standardOutput the same
 */
public record NativeStageContext(
        String node, String config, Path directory, InputStream standardInput, OutputStream standardOutput) {}
