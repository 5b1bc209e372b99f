package io.torvyn.pipeline;

import java.io.IOException;
import java.io.OutputStream;

/**
 * A stream of the process as a component gets it: tells when its reader has gone, since the guest may well ignore it.
 * What was written went through at once. Belongs to the thread of the component's flow.
 */
public final class WatchedOutput extends OutputStream {
    private final OutputStream stream;
    private final Runnable readerGone;

    /**
     * @param stream not closed with this one
     * @param readerGone called in the middle of a guest's call, whenever the guest writes without anybody to read it
     */
    public WatchedOutput(OutputStream stream, Runnable readerGone) {
        this.stream = stream;
        this.readerGone = readerGone;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        try {
            stream.write(bytes, offset, length);
        } catch (IOException e) {
            throw told(e);
        }
    }

    @Override
    public void flush() throws IOException {
        try {
            stream.flush();
        } catch (IOException e) {
            throw told(e);
        }
    }

    private IOException told(IOException e) {
        if (StreamSink.isReaderGone(e)) {
            readerGone.run();
        }
        return e;
    }
}
