package io.torvyn.pipeline;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * What stages and guests take for the standard streams. Never closed by the runtime.
 *
 * @param out not buffered, or flushed by whoever gives it
 */
public record StandardStreams(InputStream in, OutputStream out, OutputStream err) {
    /** Those of the process: unbuffered, and with the errors that {@link System#out} would swallow. */
    public static StandardStreams ofProcess() {
        return new StandardStreams(
                new FileInputStream(FileDescriptor.in),
                new FileOutputStream(FileDescriptor.out),
                new FileOutputStream(FileDescriptor.err));
    }
}
